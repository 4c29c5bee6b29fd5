"""The part of Conan 2 that packaging/conanfile.py uses, without Conan and its packages: dependencies are those of this machine.

`recipe(SOURCE, options)` makes the recipe. What Conan would write for CMake goes to the command line.
"""
import fnmatch
import importlib.util
import os
import shutil
import subprocess
import sys
import types
from collections import defaultdict


class Info:
    def __init__(self):
        self.components = defaultdict(Info)
        self.properties = {}
        self.libs, self.requires, self.defines = [], [], []

    def set_property(self, name, value):
        self.properties[name] = value


class ConanFile:
    def __init__(self, recipe_folder, options):
        self.recipe_folder = recipe_folder
        own = {name: value for name, value in self.default_options.items() if "/" not in name}
        if own.keys() != self.options.keys():
            raise ValueError(f"options {sorted(self.options)} have defaults {sorted(own)}")
        self.options = types.SimpleNamespace(**(own | options))
        self.folders = types.SimpleNamespace()
        self.cpp_info = Info()
        self.required = {}

    def requires(self, reference, **_):
        name, versions = reference.split("/")
        self.required[name] = versions


class CMakeDeps:
    def __init__(self, conanfile):
        self.required = conanfile.required

    def set_property(self, dependency, name, _):
        if dependency.split("::")[0] not in self.required:
            raise ValueError(f"{name} is set of {dependency}, which is not required")

    def generate(self):
        pass


class CMakeToolchain:
    def __init__(self, conanfile):
        self.conanfile, self.cache_variables = conanfile, {}

    def generate(self):
        self.conanfile.cache_variables = self.cache_variables


class CMake:
    def __init__(self, conanfile):
        self.conanfile = conanfile

    def run(self, *arguments):
        done = subprocess.run(["cmake", *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0 or "not used by the project" in done.stderr:
            sys.exit(f"cmake {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")

    def configure(self):
        variables = self.conanfile.cache_variables | {"BUILD_SHARED_LIBS": self.conanfile.options.shared}
        options = [f"-D{name}={'ON' if value else 'OFF'}" for name, value in variables.items()]
        self.run("-S", self.conanfile.source_folder, "-B", self.conanfile.build_folder, *options)

    def build(self):
        pass  # what is installed has been built

    def install(self):
        self.run("--install", self.conanfile.built_folder, "--prefix", self.conanfile.package_folder)


def copy(_, pattern, src, dst):
    copied = []
    for folder, _, files in os.walk(src):
        for file in files:
            path = os.path.relpath(os.path.join(folder, file), src)
            if pattern == path or fnmatch.fnmatch(path, pattern) and "*" in pattern:
                copied.append(os.path.join(dst, path))
                os.makedirs(os.path.dirname(copied[-1]), exist_ok=True)
                shutil.copy2(os.path.join(src, path), copied[-1])
        if "*" not in pattern:
            break  # a file of this folder
    if not copied:
        sys.exit(f"conanfile.py copies {pattern} of {src}, and there is none")
    return copied


def load(_, path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def modules():
    tools = {
        "conan": {"ConanFile": ConanFile},
        "conan.tools": {},
        "conan.tools.build": {"check_min_cppstd": lambda *_: None},
        "conan.tools.cmake": {"CMake": CMake, "CMakeDeps": CMakeDeps, "CMakeToolchain": CMakeToolchain,
                              "cmake_layout": lambda *_, **__: None},
        "conan.tools.files": {"copy": copy, "load": load},
    }
    for name, members in tools.items():
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__dict__.update(members)


def recipe(source, **options):
    modules()
    path = os.path.join(source, "packaging", "conanfile.py")
    spec = importlib.util.spec_from_file_location("conanfile", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.Engram(os.path.dirname(path), options)
    made.set_version()
    made.layout()
    made.requirements()
    return made
