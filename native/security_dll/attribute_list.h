// SPDX-License-Identifier: MIT
// Owns a PROC_THREAD_ATTRIBUTE_LIST.
#pragma once

#include <windows.h>

#include <cstddef>
#include <vector>

namespace rasshost {

class AttributeList {
 public:
  // Throws std::bad_alloc.
  explicit AttributeList(DWORD count) {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, count, 0, &size);
    storage_.resize(size);
    ok_ = InitializeProcThreadAttributeList(get(), count, 0, &size) != FALSE;
  }
  AttributeList(const AttributeList&) = delete;
  AttributeList& operator=(const AttributeList&) = delete;
  ~AttributeList() {
    if (ok_) DeleteProcThreadAttributeList(get());
  }

  // `value` has to live as long as the list.
  template <typename Value>
  bool Set(DWORD_PTR attribute, Value& value) noexcept {
    return ok_ &&
           UpdateProcThreadAttribute(get(), 0, attribute, &value, sizeof(value), nullptr, nullptr);
  }
  LPPROC_THREAD_ATTRIBUTE_LIST get() noexcept {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(storage_.data());
  }

 private:
  std::vector<std::byte> storage_;
  bool ok_ = false;
};

}  // namespace rasshost
