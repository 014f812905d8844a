"""How Instantly is reached: by which key, which gateway, which client. Which workspace that opens is above."""
