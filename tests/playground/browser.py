"""A headless Chromium over a pipe (no sockets, no packages): pages, their requests, errors, mouse and keys."""
import json
import os
import subprocess
import time


class Browser:
    def __init__(self, program, profile):
        out, self.send_end = os.pipe()
        self.receive_end, back = os.pipe()

        def ends():  # the browser reads descriptor 3 and writes descriptor 4
            os.dup2(os.dup(out), 13)
            os.dup2(os.dup(back), 14)
            os.dup2(13, 3)
            os.dup2(14, 4)
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe", "--no-first-run",
             "--disable-dev-shm-usage", "--disable-background-networking", "--js-flags=--expose-gc", f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=ends, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(out)
        os.close(back)
        self.number, self.left, self.session = 0, b"", None
        self.requests, self.errors = [], []
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Network", "Runtime", "Log", "Page"):
            self(domain + ".enable")

    def message(self):
        while b"\0" not in self.left:
            some = os.read(self.receive_end, 1 << 20)
            if not some:
                raise SystemExit("the browser went away")
            self.left += some
        text, self.left = self.left.split(b"\0", 1)
        return json.loads(text)

    def note(self, event):
        method, about = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.errors.append(about["entry"]["text"])

    def __call__(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.send_end, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.note(answer)

    def run(self, code):
        """The value of a piece of JavaScript, which may wait for promises."""
        answer = self("Runtime.evaluate", expression=f"(async () => {{ {code} }})()", awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"{answer['exceptionDetails'].get('exception', {}).get('description')}\nin: {code[:300]}")
        return answer["result"].get("value")

    def look(self, width, height, dark=False):
        self("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, url):
        self("Page.navigate", url="about:blank")  # or another fragment would not load the page anew
        self("Page.navigate", url=url)
        end = time.monotonic() + 120
        while not self.run("return document.body && document.body.dataset.ready === 'yes'"):
            if time.monotonic() > end:
                raise SystemExit(f"the page is not ready: {self.errors}")
            time.sleep(0.1)

    def mouse(self, kind, x, y):
        self("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=0 if kind == "mouseReleased" else 1, clickCount=1)

    def key(self, key):
        for kind in ("keyDown", "keyUp"):
            self("Input.dispatchKeyEvent", type=kind, key=key, code=key, **({"text": key} if len(key) == 1 and kind == "keyDown" else {}))

    def close(self):
        self.process.terminate()
        self.process.wait()
