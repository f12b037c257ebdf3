// SPDX-License-Identifier: MIT
// Another security DLL, with functions of ours between it and the system.
#pragma once

#include <span>
#include <string>

#include "windows/ras_interface.h"

namespace rasshost {

struct Replacement {
  const char* name;
  void* function;
};

template <typename Function>
void* Address(Function* function) noexcept {
  return reinterpret_cast<void*>(function);
}

class OtherSecurityDll {
 public:
  // If it can't be loaded, or does not import one of these, there is nothing to test: Begin
  // refuses.
  OtherSecurityDll(const std::wstring& path, std::span<const Replacement> replacements);

  DWORD Begin(HPORT port, BYTE* send_buffer, DWORD send_size, BYTE* receive_buffer,
              DWORD receive_size, CompleteFunction complete) const {
    if (begin_ == nullptr) return ERROR_PROC_NOT_FOUND;
    return begin_(port, send_buffer, send_size, receive_buffer, receive_size, complete);
  }
  DWORD End(HPORT port) const { return end_(port); }

 private:
  DWORD(WINAPI* begin_)(HPORT, PBYTE, DWORD, PBYTE, DWORD, CompleteFunction) = nullptr;
  DWORD(WINAPI* end_)(HPORT) = nullptr;
};

}  // namespace rasshost
