"""The desk: what officers read, review and decide in a browser. It calls the use cases of `work`, nothing below."""
