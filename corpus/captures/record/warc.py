"""Records through a proxy with warcio: python warc.py OUT.warc.gz"""
import sys
from warcio.capture_http import capture_http
import requests  # must come after capture_http
URLS = [
    "http://music.example.org/server/json.server.php?action=song",
    "http://music.example.org/server/xml.server.php?action=song&chunked",
    "http://www.worksapis.com/v1.0/users/me",
    "http://graph.microsoft.com/v1.0/me/drive/items/1/content?chunked",
    "http://music.xboxlive.com/1/content/music/search",
]
proxies = {"http": "http://127.0.0.1:8424"}
with capture_http(sys.argv[1]):
    for url in URLS:
        requests.get(url, proxies=proxies)
