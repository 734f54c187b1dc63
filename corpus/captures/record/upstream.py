"""For mitmproxy: every host is the local server, and keeps its name in the URL."""
def server_connect(data):
    data.server.address = ("127.0.0.1", 8423)
