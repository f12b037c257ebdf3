// SPDX-License-Identifier: MIT
#include "security_dll/worker_output.h"

#include <array>
#include <atomic>
#include <cstring>
#include <new>
#include <string_view>

#include "windows/unique_handle.h"

namespace rasshost {

// From Start() on of a thread of the pool, which deletes it.
class WorkerOutput::Reader {
 public:
  explicit Reader(Log& log) noexcept
      : log_(log),
        work_(CreateThreadpoolWork(Run, this, nullptr)),
        end_wait_(CreateThreadpoolWait(ProcessEnded, this, nullptr)) {
    CreatePipe(from_.put(), to_.put(), nullptr, 0);
  }

  bool ok() const noexcept { return work_ && end_wait_ && from_ && to_; }
  HANDLE for_worker() const noexcept { return to_.get(); }

  void Start(HANDLE process) noexcept {
    if (DuplicateHandle(GetCurrentProcess(), process, GetCurrentProcess(), process_.put(),
                        SYNCHRONIZE, FALSE, 0)) {
      SetThreadpoolWait(end_wait_.get(), process_.get(), nullptr);
    } else {
      // The pipe's end is what is left to wait for.
      to_.reset();
    }
    SubmitThreadpoolWork(work_.get());
  }

 private:
  static void CALLBACK Run(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept {
    const std::unique_ptr<Reader> reader(static_cast<Reader*>(context));
    // As long as the worker lives, in fact.
    CallbackMayRunLong(instance);
    reader->Read();
    // First, so that a last write to the pipe does not wait for anybody to read it.
    reader->from_.reset();
    SetThreadpoolWait(reader->end_wait_.get(), nullptr, nullptr);
    WaitForThreadpoolWaitCallbacks(reader->end_wait_.get(), TRUE);
  }

  // Wakes whoever reads, or is about to.
  static void CALLBACK ProcessEnded(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                                    TP_WAIT_RESULT) noexcept {
    auto* const reader = static_cast<Reader*>(context);
    reader->ended_ = true;
    DWORD written = 0;
    WriteFile(reader->to_.get(), "\n", 1, &written, nullptr);
  }

  // Passes on whole lines, so that those of several workers don't get mixed; a line that is longer
  // than the buffer becomes several.
  void Read() noexcept {
    std::array<char, Log::kMostOfWorker> buffer;
    std::size_t kept = 0;
    DWORD count = 0;
    while (ReadFile(from_.get(), buffer.data() + kept, static_cast<DWORD>(buffer.size() - kept),
                    &count, nullptr)) {
      std::string_view text(buffer.data(), kept + count);
      for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        WriteLine(text.substr(0, end));
        text.remove_prefix(end + 1);
      }
      if (text.size() == buffer.size()) {
        WriteLine(text);
        text = {};
      }
      kept = text.size();
      std::memmove(buffer.data(), text.data(), kept);
      if (ended_ && IsEmpty()) break;
    }
    WriteLine({buffer.data(), kept});
  }

  // Not the empty ones, of which ProcessEnded() makes some.
  void WriteLine(std::string_view line) noexcept {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) log_.WriteWorkers(line);
  }

  bool IsEmpty() const noexcept {
    DWORD left = 0;
    return !PeekNamedPipe(from_.get(), nullptr, 0, nullptr, &left, nullptr) || left == 0;
  }

  Log& log_;
  UniqueHandle from_;
  UniqueHandle to_;
  UniqueHandle process_;
  std::atomic<bool> ended_ = false;
  UniqueThreadpoolWork work_;
  UniqueThreadpoolWait end_wait_;
};

WorkerOutput::WorkerOutput(Log& log) noexcept {
  if (!log.is_open()) return;
  reader_.reset(new (std::nothrow) Reader(log));
  if (reader_ && !reader_->ok()) reader_.reset();
}

WorkerOutput::~WorkerOutput() = default;

HANDLE WorkerOutput::for_worker() const noexcept {
  return reader_ ? reader_->for_worker() : nullptr;
}

void WorkerOutput::ReadUntilEndOf(HANDLE process) noexcept {
  if (reader_) reader_.release()->Start(process);
}

}  // namespace rasshost
