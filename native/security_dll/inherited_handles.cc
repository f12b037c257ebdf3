// SPDX-License-Identifier: MIT
#include "security_dll/inherited_handles.h"

namespace rasshost {
namespace {

UniqueHandle Inheritable(HANDLE handle, DWORD access) noexcept {
  UniqueHandle copy;
  DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), copy.put(), access, TRUE, 0);
  return copy;
}

UniqueHandle InheritableAsItIs(HANDLE handle) noexcept {
  UniqueHandle copy;
  DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), copy.put(), 0, TRUE,
                  DUPLICATE_SAME_ACCESS);
  return copy;
}

UniqueHandle OpenNul() noexcept {
  SECURITY_ATTRIBUTES inheritable{sizeof(inheritable), nullptr, TRUE};
  return UniqueHandle(CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE, &inheritable, OPEN_EXISTING,
                                  0, nullptr));
}

std::wstring Number(const UniqueHandle& handle) {
  return std::to_wstring(reinterpret_cast<std::uintptr_t>(handle.get()));
}

}  // namespace

InheritedHandles::InheritedHandles(const ChannelHandles& channel, HANDLE output) noexcept
    : section_(Inheritable(channel.section, SECTION_MAP_READ | SECTION_MAP_WRITE)),
      to_worker_(Inheritable(channel.to_worker, SYNCHRONIZE)),
      to_host_(Inheritable(channel.to_host, EVENT_MODIFY_STATE)),
      nul_(OpenNul()),
      output_(output != nullptr ? InheritableAsItIs(output) : OpenNul()) {}

std::wstring InheritedHandles::ChannelText() const {
  return Number(section_) + L"," + Number(to_worker_) + L"," + Number(to_host_);
}

}  // namespace rasshost
