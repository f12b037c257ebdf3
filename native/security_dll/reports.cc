// SPDX-License-Identifier: MIT
#include "security_dll/reports.h"

#include <algorithm>
#include <utility>

#include "security_dll/guarded.h"
#include "security_dll/short_text.h"

namespace rasshost {

Reports::Reports()
    : work_(Granted(UniqueThreadpoolWork(CreateThreadpoolWork(Drain, this, nullptr)))) {}

void Reports::Write(std::initializer_list<std::string_view> parts) noexcept {
  const Guard guard(lock_);
  Entry* const entry = Append(guard);
  if (entry == nullptr) return;
  entry->is_event = false;
  entry->count = 1;
  std::size_t size = 0;
  for (const std::string_view part : parts) AddText(*entry, size, part);
  entry->ends[0] = size;
}

void Reports::Report(EventId id, std::initializer_list<std::string_view> values) noexcept {
  const Guard guard(lock_);
  Entry* const entry = Append(guard);
  if (entry == nullptr) return;
  entry->is_event = true;
  entry->id = id;
  entry->count = 0;
  std::size_t size = 0;
  for (const std::string_view value : values) {
    AddText(*entry, size, value);
    entry->ends[entry->count++] = size;
  }
}

Reports::Entry* Reports::Append(const Guard&) noexcept {
  if (count_ == entries_.size()) {
    ++lost_;
    return nullptr;
  }
  Entry& entry = entries_[(first_ + count_++) % entries_.size()];
  GetSystemTime(&entry.time);
  if (!std::exchange(draining_, true)) SubmitThreadpoolWork(work_.get());
  return &entry;
}

void Reports::AddText(Entry& entry, std::size_t& size, std::string_view text) noexcept {
  const std::size_t count = std::min(text.size(), entry.text.size() - size);
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count),
                 entry.text.begin() + static_cast<std::ptrdiff_t>(size), Printable);
  size += count;
}

void CALLBACK Reports::Drain(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept {
  CallbackMayRunLong(instance);
  static_cast<Reports*>(context)->DrainAll();
}

void Reports::DrainAll() noexcept {
  while (true) {
    Entry entry;
    std::uint64_t lost;
    {
      const Guard guard(lock_);
      if (count_ == 0) {
        draining_ = false;
        return;
      }
      entry = entries_[first_];
      first_ = (first_ + 1) % entries_.size();
      --count_;
      lost = std::exchange(lost_, 0);
    }
    WriteOut(entry);
    if (lost > 0) Write({ShortText<20>(lost), " reports were lost: there were too many at a time"});
  }
}

void Reports::WriteOut(const Entry& entry) noexcept {
  std::array<std::string_view, EventLog::kMostValues> values;
  std::size_t start = 0;
  for (std::size_t i = 0; i < entry.count; ++i) {
    values[i] = {entry.text.data() + start, entry.ends[i] - start};
    start = entry.ends[i];
  }
  const auto given = std::span(values).first(entry.count);
  if (entry.is_event) {
    event_log_.Report(entry.time, entry.id, given, log_);
  } else {
    log_.Write(entry.time, given);
  }
}

}  // namespace rasshost
