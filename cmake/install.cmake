# The package `engram` with the components autodiff and plasticity: find_package(engram COMPONENTS autodiff) looks for nothing
# that only plasticity needs.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/engram)

set(components autodiff)
if(TARGET engram_plasticity)
  list(APPEND components plasticity)
endif()
foreach(component IN LISTS components)
  install(TARGETS engram_${component} EXPORT engram-${component}-targets
          LIBRARY COMPONENT engram-${component} NAMELINK_COMPONENT engram-${component}
          ARCHIVE COMPONENT engram-${component}
          FILE_SET HEADERS COMPONENT engram-${component})
  install(EXPORT engram-${component}-targets NAMESPACE engram:: DESTINATION ${package_dir} COMPONENT engram-${component})
  install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libengram-${component}-dev RENAME copyright
          COMPONENT engram-${component})  # as Debian wants it
endforeach()

configure_package_config_file(cmake/engram-config.cmake.in engram-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(engram-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/engram-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/engram-config-version.cmake
        DESTINATION ${package_dir} COMPONENT engram-autodiff)

# Paths in the .pc file are relative to where it lies, so that an installed tree can be moved.
file(RELATIVE_PATH pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
if(BUILD_SHARED_LIBS)
  set(pc_definitions " -DENGRAM_SHARED")
else()  # whoever links the archive links what it uses
  set(pc_requires " libhwy")
endif()
configure_file(cmake/engram-autodiff.pc.in engram-autodiff.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/engram-autodiff.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT engram-autodiff)
