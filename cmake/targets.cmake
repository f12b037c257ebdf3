# What every native target has in common: sources from native/sources.json, warnings as errors,
# hardening, reproducible output.

file(READ ${CMAKE_CURRENT_LIST_DIR}/../native/sources.json RASSHOST_SOURCES)

# rasshost_sources(VAR KEY...): the absolute paths listed under the given keys.
function(rasshost_sources VAR)
  set(paths "")
  foreach(key IN LISTS ARGN)
    string(JSON count LENGTH "${RASSHOST_SOURCES}" ${key})
    if(count GREATER 0)
      math(EXPR last "${count} - 1")
      foreach(i RANGE ${last})
        string(JSON path GET "${RASSHOST_SOURCES}" ${key} ${i})
        list(APPEND paths "${CMAKE_SOURCE_DIR}/native/${path}")
      endforeach()
    endif()
  endforeach()
  set(${VAR} "${paths}" PARENT_SCOPE)
endfunction()

# Four fifths of a mingw build are spent on reading these again and again. No source may rely on it,
# because other builds have none: scripts/second-compiler.js compiles each without.
option(RASSHOST_PRECOMPILE_HEADERS "read the headers of Windows and of C++ once (mingw)" OFF)
set(RASSHOST_PRECOMPILED
  <algorithm> <array> <atomic> <chrono> <cstdint> <deque> <functional> <list> <map> <memory>
  <mutex> <optional> <span> <string> <string_view> <thread> <unordered_map> <variant> <vector>
  <winsock2.h> <windows.h>)

function(rasshost_harden TARGET)
  target_include_directories(${TARGET} PRIVATE ${CMAKE_SOURCE_DIR}/native)
  target_compile_definitions(${TARGET} PRIVATE RASSHOST_BUILD_ID="${RASSHOST_BUILD_ID}")
  if(MSVC)
    target_compile_options(${TARGET} PRIVATE /W4 /WX /permissive- /sdl /guard:cf /utf-8)
    target_link_options(${TARGET} PRIVATE /guard:cf /DYNAMICBASE /NXCOMPAT /HIGHENTROPYVA /Brepro)
  else()
    target_compile_options(${TARGET} PRIVATE
      -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
      -fstack-protector-strong
      -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
    if(RASSHOST_SANITIZE)
      target_compile_options(${TARGET} PRIVATE -fsanitize=${RASSHOST_SANITIZE} -fno-sanitize-recover=all -g)
      target_link_options(${TARGET} PRIVATE -fsanitize=${RASSHOST_SANITIZE})
    else()
      target_compile_options(${TARGET} PRIVATE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    endif()
  endif()
  if(RASSHOST_PRECOMPILE_HEADERS AND NOT "${TARGET}" STREQUAL "rasshost_precompiled")
    target_precompile_headers(${TARGET} REUSE_FROM rasshost_precompiled)
  endif()
  if(WIN32)
    target_compile_definitions(${TARGET} PRIVATE
      UNICODE _UNICODE WIN32_LEAN_AND_MEAN NOMINMAX _WIN32_WINNT=0x0A00 WINVER=0x0A00)
    if(NOT MSVC)
      # -static: nothing of mingw's own has to lie beside the binaries.
      # The other two make the output byte-for-byte the same wherever it is built.
      target_link_options(${TARGET} PRIVATE
        -static -s -fstack-protector-strong -Wl,--no-insert-timestamp,--disable-auto-image-base
        -Wl,--dynamicbase,--nxcompat,--high-entropy-va)
    endif()
  endif()
endfunction()

if(RASSHOST_PRECOMPILE_HEADERS)
  set(precompiled ${CMAKE_BINARY_DIR}/precompiled.cc)
  file(CONFIGURE OUTPUT ${precompiled} CONTENT "")
  add_library(rasshost_precompiled OBJECT ${precompiled})
  rasshost_harden(rasshost_precompiled)
  target_precompile_headers(rasshost_precompiled PRIVATE ${RASSHOST_PRECOMPILED})
endif()
