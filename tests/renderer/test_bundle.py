"""The page's modules as one script."""

import pytest

from functions.renderer.page.bundle import BundleError, bundle

FILES = {
    "/page/main.js": 'import { one, Two } from "../player/one.js";\nconst own = one() + new Two().value;\nglobalThis.sum = own;\n',
    "/player/one.js": 'import { three } from "./three.js";\nexport async function one() {}\nexport class Two {}\n',
    "/player/three.js": "export const three = 3;\n",
    "/player/unused.js": "export const unused = 4;\n",
}


def test_modules_come_before_those_that_import_them() -> None:
    script = bundle(FILES, "/page/main.js")
    order = [script.index(f'modules["{path}"] =') for path in ("/player/three.js", "/player/one.js", "/page/main.js")]
    assert order == sorted(order)
    assert 'const { one, Two } = modules["/player/one.js"];' in script
    assert "return { one, Two };" in script
    assert "unused" not in script


@pytest.mark.parametrize("line", ['import "./side.js";', "export default 5;", 'export { a } from "./a.js";'])
def test_what_is_written_otherwise_is_refused_by_its_line(line: str) -> None:
    with pytest.raises(BundleError, match=r"/page/main\.js: (im|ex)port"):
        bundle({"/page/main.js": f"{line}\n"}, "/page/main.js")
