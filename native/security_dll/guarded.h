// SPDX-License-Identifier: MIT
// The boundary between the system and this DLL: nothing unwinds past it, whatever goes wrong.
#pragma once

#include <windows.h>

#include <new>
#include <utility>

namespace rasshost {

// A call of the system that has failed, where that is the end of what was being done.
struct SystemError {
  DWORD code;
};

// GetLastError() of a call that has failed; `code` where the call has not said why.
inline DWORD LastErrorOr(DWORD code) noexcept {
  const DWORD error = GetLastError();
  return error == NO_ERROR ? code : error;
}

// Every export, callback of the thread pool and start of a thread runs through here. Inside it
// exceptions may fly, so a function is noexcept only where nothing is allocated. `otherwise` is
// told the error code, and must neither allocate nor throw.
template <typename Action, typename Otherwise>
auto Guarded(Action&& action, Otherwise&& otherwise) noexcept -> decltype(action()) {
  try {
    return action();
  } catch (const std::bad_alloc&) {
    return otherwise(DWORD{ERROR_OUTOFMEMORY});
  } catch (const SystemError& error) {
    return otherwise(error.code);
  } catch (...) {
    return otherwise(DWORD{ERROR_INTERNAL_ERROR});
  }
}

// Throws SystemError when the system has refused the resource that was asked for last.
template <typename Resource>
Resource Granted(Resource resource) {
  if (!resource) throw SystemError{LastErrorOr(ERROR_OUTOFMEMORY)};
  return resource;
}

}  // namespace rasshost
