// SPDX-License-Identifier: MIT
// The log file of the security DLL, in which the worker's standard output and error end up too.
#pragma once

#include <windows.h>

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "windows/srw_lock.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Any thread but those of the RAS server: the disk may take its time. A file that has reached its
// size becomes FILE.1, in place of the one that was that, so the log never takes more than twice
// the size. Whatever the disk refuses is dropped: a server must take calls even when its disk is
// full.
class Log {
 public:
  // To be called once, before anything else. An empty path leaves the log silent.
  // Throws std::bad_alloc.
  void Open(const std::wstring& path, std::uint64_t most_bytes);
  bool is_open() const noexcept { return !path_.empty(); }

  // One line: UTC time, then the parts (UTF-8, no caller's typing in them), cut at 1,000 bytes.
  void Write(const SYSTEMTIME& time, std::span<const std::string_view> parts) noexcept;
  // One line of a worker's, without its end, cut at kMostOfWorker bytes. It can't look like one of
  // ours. Half of the file's size is for them in an hour, and what is more is left out, so that a
  // worker that floods the log does not push out what we have to say.
  void WriteWorkers(std::string_view line) noexcept;
  static constexpr std::size_t kMostOfWorker = 4096;

 private:
  using Guard = std::lock_guard<SrwLock>;

  void Append(const Guard&, std::string_view line) noexcept;
  void OpenFile(const Guard&) noexcept;
  void Rotate(const Guard&) noexcept;

  std::wstring path_;
  std::wstring old_path_;
  std::uint64_t most_bytes_ = 0;

  SrwLock lock_;  // guards what follows; held while writing, never while calling out
  UniqueHandle file_;
  std::uint64_t size_ = 0;          // bytes
  std::uint64_t hour_ = 0;          // since the machine has started
  std::uint64_t worker_bytes_ = 0;  // in that hour
};

}  // namespace rasshost
