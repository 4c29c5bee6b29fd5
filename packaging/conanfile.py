"""Conan 2: `conan create packaging` builds engram::autodiff of this checkout, `-o "engram/*:plasticity=True"` both libraries."""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load


class Engram(ConanFile):
    name = "engram"
    description = "Automatic differentiation through learning loops, and plasticity rules learned with it"
    license = "MIT"
    topics = ("automatic-differentiation", "reverse-mode", "gradient", "linear-algebra")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False], "plasticity": [True, False]}
    default_options = {"shared": False, "fPIC": True, "plasticity": False, "boost/*:header_only": True}
    implements = ["auto_shared_fpic"]

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, "..", "autodiff", "include", "engram", "autodiff", "version.hpp"))
        self.version = re.search(r'ENGRAM_VERSION_STRING "(.+)"', header).group(1)

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..")
        for file in ("CMakeLists.txt", "LICENSE"):
            copy(self, file, root, self.export_sources_folder)
        for folder in ("cmake", "autodiff", "plasticity"):
            copy(self, "*", os.path.join(root, folder), os.path.join(self.export_sources_folder, folder))

    def layout(self):
        self.folders.root = ".."
        cmake_layout(self, build_folder="build/conan")

    def requirements(self):
        self.requires("eigen/[>=3.4 <4]", transitive_headers=True)
        self.requires("fmt/[>=9]", transitive_headers=True)
        self.requires("highway/[>=1.0]")
        self.requires("boost/[>=1.74]", visible=False, libs=False)  # while engram is built
        if self.options.plasticity:
            self.requires("onetbb/[>=2021]")
            self.requires("nlohmann_json/[>=3.11]", visible=False)

    def validate(self):
        check_min_cppstd(self, 20)

    def generate(self):
        deps = CMakeDeps(self)
        deps.set_property("highway", "cmake_file_name", "hwy")
        deps.set_property("highway::hwy", "cmake_target_name", "hwy::hwy")
        deps.set_property("fmt", "cmake_config_version_compat", "AnyNewerVersion")
        deps.generate()
        toolchain = CMakeToolchain(self)
        toolchain.user_presets_path = False  # nothing is written beside the sources
        toolchain.cache_variables["ENGRAM_BUILD_PLASTICITY"] = bool(self.options.plasticity)
        toolchain.cache_variables["ENGRAM_BUILD_DEMOS"] = False
        toolchain.cache_variables["ENGRAM_BUILD_TESTS"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "engram")
        self.cpp_info.set_property("cmake_config_version_compat", "SameMinorVersion")
        self.add_library("autodiff", ["eigen::eigen", "fmt::fmt", "highway::hwy"])
        if self.options.plasticity:
            self.add_library("plasticity", ["autodiff", "onetbb::libtbb"])

    def add_library(self, name, requires):
        library = self.cpp_info.components[name]
        library.set_property("cmake_target_name", f"engram::{name}")
        library.libs = [f"engram_{name}"]
        library.requires = requires
        library.defines = ["ENGRAM_SHARED"] if self.options.shared else []
