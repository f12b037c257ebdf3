// SPDX-License-Identifier: MIT
// What this DLL has to say, on its way to the log file and the event log.
#pragma once

#include <windows.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>

#include "security_dll/event_log.h"
#include "security_dll/log.h"
#include "windows/srw_lock.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Any thread, also one that holds the lock of the host: nothing is waited for and nothing is
// allocated. A thread of the pool writes what has been reported, in this order; a disk or an event
// log that takes its time keeps nobody else. Lives as long as the process.
class Reports {
 public:
  // Throws SystemError.
  Reports();

  // The log file; see Log::Open. Before the first report. Throws std::bad_alloc.
  void Open(const std::wstring& path, std::uint64_t most_bytes) { log_.Open(path, most_bytes); }
  // For the output of workers.
  Log& log() noexcept { return log_; }

  // One line for the log file: UTF-8, no caller's typing in it, cut at kMostBytes.
  void Write(std::initializer_list<std::string_view> parts) noexcept;
  // An entry of both logs. `values` stand for %1, %2 in its text.
  void Report(EventId id, std::initializer_list<std::string_view> values) noexcept;

 private:
  using Guard = std::lock_guard<SrwLock>;

  static constexpr std::size_t kMostReports = 64;
  static constexpr std::size_t kMostBytes = 960;

  struct Entry {
    SYSTEMTIME time;
    bool is_event;
    EventId id;
    std::size_t count;                                    // of its values; 1 for a line
    std::array<std::size_t, EventLog::kMostValues> ends;  // of the values in the text
    std::array<char, kMostBytes> text;
  };

  static void CALLBACK Drain(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept;
  // The place for another entry. Null: there is none, and one report more is lost.
  Entry* Append(const Guard&) noexcept;
  static void AddText(Entry& entry, std::size_t& size, std::string_view text) noexcept;
  void DrainAll() noexcept;
  void WriteOut(const Entry& entry) noexcept;

  Log log_;
  EventLog event_log_;  // of the thread that drains
  const UniqueThreadpoolWork work_;

  SrwLock lock_;  // guards what follows; held while copying, never while writing
  std::array<Entry, kMostReports> entries_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::uint64_t lost_ = 0;
  bool draining_ = false;
};

}  // namespace rasshost
