#!/usr/bin/env bash
# Makes the captures anew: record.sh FOLDER. Needs curl, mitmdump, python3 with warcio and requests,
# node with playwright-core, and Chromium; PYTHON names another python3.
set -euo pipefail
out=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"
rm -f "$out"/*.http "$out"/*.har "$out"/*.warc.gz

up() { until (: < "/dev/tcp/127.0.0.1/$1") 2> /dev/null; do sleep 0.5; done; }

python3 "$here/server.py" "$here/../../cases" &
trap 'kill $(jobs -p)' EXIT
up 8423

base=http://127.0.0.1:8423
for path in '/server/json.server.php?action=song' '/server/xml.server.php?action=song' \
    '/v1.0/users/me?' '/v1.0/me/drive/items/1/content?' '/1/content/music/search?'; do
    curl -s -i "$base$path" >> "$out/curl-i.http"
    curl -s -i --compressed "$base$path" >> "$out/curl-i-compressed.http"
    curl -s -i "$base$path&chunked" >> "$out/curl-i-chunked.http"
    curl -s -i --raw "$base$path&chunked" >> "$out/curl-raw-chunked.http"
    curl -s -i --raw -H 'Accept-Encoding: gzip' "$base$path&chunked" >> "$out/curl-raw-gzip.http"
    curl -s -I "$base$path" >> "$out/curl-head.http"
done
curl -s -i -L "$base/moved" > "$out/curl-redirect.http"

# mitmproxy writes its HAR when it ends.
mitmdump -q -s "$here/upstream.py" --listen-host 127.0.0.1 -p 8424 --set hardump="$out/mitmproxy.har" &
proxy=$!
up 8424
for url in 'http://music.example.org/server/json.server.php?action=song' \
    'http://music.example.org/server/xml.server.php?action=song&chunked' \
    http://www.worksapis.com/v1.0/users/me \
    'http://graph.microsoft.com/v1.0/me/drive/items/1/content?chunked' \
    http://music.xboxlive.com/1/content/music/search \
    http://music.example.org/moved; do
    curl -s --compressed -x http://127.0.0.1:8424 "$url" > /dev/null
done
kill $proxy
wait $proxy || true

mitmdump -q -s "$here/upstream.py" --listen-host 127.0.0.1 -p 8424 &
up 8424
"${PYTHON:-python3}" "$here/warc.py" "$out/warcio.warc.gz"
node "$here/chromium.mjs" "$out/chromium.har"
