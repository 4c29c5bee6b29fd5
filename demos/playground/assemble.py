"""Makes one page of the playground's parts.

assemble.py ENGINE.js FOLDER PAGE RULE...: FOLDER has page.html, style.css and modules, which are joined in the order of their names' numbers;
what they import from each other they find beside each other. Rules are put in as they are, the program ENGINE.wasm compressed.
"""
import base64
import gzip
import re
import sys
from pathlib import Path

engine, folder, page, *rules = map(Path, sys.argv[1:])
modules = "\n".join(re.sub(r"^import .*\n|^export (?=const|function|class|let)", "", m.read_text(), flags=re.M)
                    for m in sorted(folder.glob("*.js")))
texts = "\n".join(f'<script type="application/json" id="rule-{r.stem}">{r.read_text().strip()}</script>' for r in rules)
program = base64.b64encode(gzip.compress(engine.with_suffix(".wasm").read_bytes(), 9, mtime=0)).decode()
html = (folder / "page.html").read_text()
for mark, text in [("STYLE", (folder / "style.css").read_text()), ("RULES", texts), ("PROGRAM", program), ("ENGINE", engine.read_text()),
                   ("MODULES", modules)]:
    before, after = html.split(f"/*{mark}*/")
    html = before + text + after
page.write_text(html)
