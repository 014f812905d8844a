"""The inbox: what was sent and received, what people answer, and test e-mails to oneself."""
