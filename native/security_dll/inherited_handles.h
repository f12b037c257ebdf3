// SPDX-License-Identifier: MIT
// What a worker gets of this process's handles.
#pragma once

#include <windows.h>

#include <array>
#include <string>

#include "windows/channel.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Inheritable duplicates with the least access, which live only as long as the start takes: another
// thread of this process may be starting a child of its own that inherits everything inheritable.
class InheritedHandles {
 public:
  // `output`, for standard output and error, may be null.
  InheritedHandles(const ChannelHandles& channel, HANDLE output) noexcept;

  // Whether the system has given all of them; if not, GetLastError says why right after the making.
  bool ok() const noexcept { return section_ && to_worker_ && to_host_ && nul_ && output_; }

  std::array<HANDLE, 5> all() const noexcept {
    return {section_.get(), to_worker_.get(), to_host_.get(), nul_.get(), output_.get()};
  }
  HANDLE input() const noexcept { return nul_.get(); }
  HANDLE output() const noexcept { return output_.get(); }

  // The channel's, as the worker is told them. Throws std::bad_alloc.
  std::wstring ChannelText() const;

 private:
  const UniqueHandle section_;
  const UniqueHandle to_worker_;
  const UniqueHandle to_host_;
  const UniqueHandle nul_;
  const UniqueHandle output_;
};

}  // namespace rasshost
