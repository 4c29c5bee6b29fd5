# vcpkg: `vcpkg install engram --overlay-ports=packaging/vcpkg` builds engram::autodiff of this checkout, `engram[plasticity]` both
# libraries.
cmake_path(SET source NORMALIZE ${CMAKE_CURRENT_LIST_DIR}/../../..)
vcpkg_check_features(OUT_FEATURE_OPTIONS features FEATURES plasticity ENGRAM_BUILD_PLASTICITY)
vcpkg_cmake_configure(SOURCE_PATH ${source} OPTIONS ${features} -DENGRAM_BUILD_DEMOS=OFF -DENGRAM_BUILD_TESTS=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/engram)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE ${CURRENT_PACKAGES_DIR}/debug/include ${CURRENT_PACKAGES_DIR}/debug/share ${CURRENT_PACKAGES_DIR}/share/doc)
vcpkg_install_copyright(FILE_LIST ${source}/LICENSE)
