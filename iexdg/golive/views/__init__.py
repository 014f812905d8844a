"""The views of go-lives and the approval policy."""
