# A Debian package for each library: cmake --workflow --preset deb. They hold the static libraries; a shared one would be a package
# of its own, named after its ABI.
find_program(DPKG dpkg)
mark_as_advanced(DPKG)
if(NOT PROJECT_IS_TOP_LEVEL OR NOT DPKG OR BUILD_SHARED_LIBS)
  return()
endif()

# needs(RESULT PACKAGE VERSION [MAJOR]): the version that was compiled against or a later one; with MAJOR none of the next major
# version, whose inline functions and types in the archive would be others.
function(needs result package version)
  set(relation "${package} (>= ${version})")
  if("MAJOR" IN_LIST ARGN)
    string(REGEX MATCH "^[0-9]+" major ${version})
    math(EXPR next "${major} + 1")
    string(APPEND relation ", ${package} (<< ${next}~)")
  endif()
  set(${result} ${relation} PARENT_SCOPE)
endfunction()

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)  # one package for each component
set(CPACK_COMPONENTS_ALL engram-autodiff)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS  # whatever the packager's umask
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGE_CONTACT "The engram authors <engram@localhost>" CACHE STRING "Maintainer of the packages")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)

find_package(Eigen3 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(hwy REQUIRED)
needs(eigen libeigen3-dev ${Eigen3_VERSION} MAJOR)
needs(fmt libfmt-dev ${fmt_VERSION} MAJOR)
needs(hwy libhwy-dev ${hwy_VERSION} MAJOR)
set(CPACK_DEBIAN_ENGRAM-AUTODIFF_PACKAGE_NAME libengram-autodiff-dev)
set(CPACK_DEBIAN_ENGRAM-AUTODIFF_PACKAGE_DEPENDS "${eigen}, ${fmt}, ${hwy}")
set(CPACK_COMPONENT_ENGRAM-AUTODIFF_DESCRIPTION "automatic differentiation through learning loops (C++ library)
Records operations on matrices and differentiates them to any order, in
reverse and forward mode. Loops and checkpoints are operations whose
derivatives are loops again; compiled functions run without allocating.
.
This package has the headers, the static library, and files for CMake
and pkg-config.")

if(TARGET engram_plasticity)
  find_package(TBB REQUIRED)
  needs(tbb libtbb-dev ${TBB_VERSION})  # its ABI outlives its major versions, which are years
  list(APPEND CPACK_COMPONENTS_ALL engram-plasticity)
  set(CPACK_DEBIAN_ENGRAM-PLASTICITY_PACKAGE_NAME libengram-plasticity-dev)
  set(CPACK_DEBIAN_ENGRAM-PLASTICITY_PACKAGE_DEPENDS "libengram-autodiff-dev (= ${PROJECT_VERSION}), ${tbb}")
  set(CPACK_COMPONENT_ENGRAM-PLASTICITY_DESCRIPTION "learned plasticity rules for small neural networks (C++ library)
Networks that learn by local rules, without gradients, and the
meta-training that finds such rules by differentiating through the whole
of the inner learning.
.
This package has the headers, the static library, and files for CMake.")
endif()

# Debian's changelog, which tells no more than where the changes stand.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(changelog ${CMAKE_CURRENT_BINARY_DIR}/changelog)
file(WRITE ${changelog} "engram (${PROJECT_VERSION}) unstable; urgency=medium

  * Version ${PROJECT_VERSION}: see CHANGELOG.md in the sources.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
file(ARCHIVE_CREATE OUTPUT ${changelog}.gz PATHS ${changelog} FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  install(FILES ${changelog}.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/lib${component}-dev COMPONENT ${component})
endforeach()
include(CPack)
