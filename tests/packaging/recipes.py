"""recipes.py check SOURCE: packaging/ says what CMakeLists.txt says: the version, the dependencies, the oldest that serve.

recipes.py package SOURCE FOLDER BUILT: does what packaging/conanfile.py asks of Conan; its package comes to FOLDER/package. To compile
all once more would take minutes: what is packed is BUILT, a build of both shared libraries.
"""
import json
import os
import re
import shutil
import sys
from pathlib import Path

import conan_stand_in

# What CMake finds, and who brings it in Conan and vcpkg.
PACKAGES = {
    "Eigen3": ("eigen", "eigen3"),
    "fmt": ("fmt", "fmt"),
    "hwy": ("highway", "highway"),
    "Boost": ("boost", "boost-math"),
    "TBB": ("onetbb", "tbb"),
    "nlohmann_json": ("nlohmann_json", "nlohmann-json"),
}
failures = []


def expect(what, value, expected):
    if value != expected:
        failures.append(f"{what} is {value}, not {expected}")


def found_by_cmake(source, component):
    text = (source / component / "CMakeLists.txt").read_text()
    return dict(re.findall(r"find_package\((\w+) ?([\d.]*)", text))


def check_versions(conanfile, found):
    for name, version in found.items():
        of_conan = conanfile.required.get(PACKAGES[name][0], "")
        if version and not of_conan.startswith(f"[>={version}"):
            failures.append(f"CMake finds {name} from {version} on, conanfile.py requires {of_conan}")


def check(source):
    version = re.search(r"\d+\.\d+\.\d+", (source / "autodiff/include/engram/autodiff/version.hpp").read_text()).group()
    autodiff, plasticity = found_by_cmake(source, "autodiff"), found_by_cmake(source, "plasticity")
    port = json.loads((source / "packaging/vcpkg/engram/vcpkg.json").read_text())
    expect("the version of conanfile.py", conan_stand_in.recipe(source).version, version)
    expect("the version of vcpkg.json", port["version"], version)

    for found, chosen in ((autodiff, False), (autodiff | plasticity, True)):
        conanfile = conan_stand_in.recipe(source, plasticity=chosen)
        expect("what conanfile.py requires", set(conanfile.required), {PACKAGES[name][0] for name in found})
        check_versions(conanfile, found)
        for_cmake = conanfile.required.keys() - {"boost", "nlohmann_json"}  # which are not needed any more
        conanfile.package_info()
        used = {r for c in conanfile.cpp_info.components.values() for r in c.requires if "::" in r}
        expect("what the components of conanfile.py require", {r.split("::")[0] for r in used}, for_cmake)
    needed = {d for d in port["dependencies"] if isinstance(d, str)}
    expect("what vcpkg.json depends on", needed, {PACKAGES[name][1] for name in autodiff})
    expect("what plasticity depends on in vcpkg.json", set(port["features"]["plasticity"]["dependencies"]),
           {PACKAGES[name][1] for name in plasticity})


def package(source, folder, built):
    shutil.rmtree(folder / "package", ignore_errors=True)
    shutil.rmtree(folder / "sources", ignore_errors=True)
    conanfile = conan_stand_in.recipe(source, shared=True, plasticity=True)
    conanfile.built_folder = built
    conanfile.export_sources_folder = conanfile.source_folder = str(folder / "sources")
    conanfile.build_folder, conanfile.package_folder = str(folder / "build"), str(folder / "package")
    conanfile.export_sources()
    conanfile.validate()
    conanfile.generate()
    conanfile.build()
    conanfile.package()
    conanfile.package_info()
    expect("the components", list(conanfile.cpp_info.components), ["autodiff", "plasticity"])
    for component in conanfile.cpp_info.components.values():
        for library in component.libs:
            expect(f"whether there is {library}", os.path.exists(folder / f"package/lib/lib{library}.so"), True)


if sys.argv[1] == "check":
    check(Path(sys.argv[2]))
else:
    package(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
sys.exit("\n".join(failures) or 0)
