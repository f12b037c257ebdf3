// SPDX-License-Identifier: MIT
#include "security_dll/worker.h"

#include <psapi.h>

#include <algorithm>

#include "security_dll/guarded.h"
#include "security_dll/worker_output.h"
#include "windows/attachment.h"

namespace rasshost {
namespace {

// After a frame that could not be handled, for want of memory for instance.
constexpr DWORD kDrainAgainMs = 100;

UniqueHandle Duplicate(HANDLE handle) noexcept {
  UniqueHandle copy;
  DuplicateHandle(GetCurrentProcess(), handle, GetCurrentProcess(), copy.put(), 0, FALSE,
                  DUPLICATE_SAME_ACCESS);
  return copy;
}

}  // namespace

Worker::Worker(WorkerNumber number, Channel channel, std::shared_ptr<const Settings> settings,
               Listener& listener)
    : number_(number),
      channel_(std::move(channel)),
      settings_(std::move(settings)),
      listener_(listener) {
  written_.reserve(kMaxFrameSize);
  read_.reserve(kMaxFrameSize);
}

std::shared_ptr<Worker> Worker::Start(WorkerNumber number,
                                      const std::shared_ptr<const Settings>& settings, Log& log,
                                      Listener& listener, DWORD& error, std::string& why) {
  auto channel = Channel::Create();
  if (!channel) {
    error = LastErrorOr(ERROR_OUTOFMEMORY);
    why = "creating the channel";
    return nullptr;
  }
  std::shared_ptr<Worker> worker(new Worker(number, std::move(*channel), settings, listener));
  worker->channel_.Sleep();
  error =
      settings->placement == Placement::kWorker ? worker->Launch(log, why) : worker->Attach(why);
  return error == NO_ERROR ? worker : nullptr;
}

DWORD Worker::Launch(Log& log, std::string& why) {
  const char* what = "";
  WorkerOutput output(log);
  const DWORD error =
      StartWorkerProcess(*settings_, channel_.handles(), output.for_worker(), process_, what);
  if (error == NO_ERROR) output.ReadUntilEndOf(process_.process.get());
  why = what;
  return error;
}

DWORD Worker::Attach(std::string& why) {
  why = "no rasshost.node in this process has offered a policy";
  // Node unloads the addon of an environment that has ended: not while we call into it.
  UniqueModule addon;
  if (!GetModuleHandleExW(0, kAddonModule, addon.put())) return ERROR_MOD_NOT_FOUND;
  const auto attach = reinterpret_cast<AttachFunction>(
      reinterpret_cast<void*>(GetProcAddress(addon.get(), kAttachExport)));
  if (attach == nullptr) return ERROR_PROC_NOT_FOUND;

  gone_.reset(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const ChannelHandles handles = channel_.handles();
  UniqueHandle section = Duplicate(handles.section);
  UniqueHandle to_worker = Duplicate(handles.to_worker);
  UniqueHandle to_host = Duplicate(handles.to_host);
  UniqueHandle gone = Duplicate(gone_.get());
  if (!gone_ || !section || !to_worker || !to_host || !gone) return LastErrorOr(ERROR_OUTOFMEMORY);
  const Attachment attachment{
      sizeof(attachment), {section.get(), to_worker.get(), to_host.get()}, gone.get()};
  const DWORD error = attach(&attachment);
  if (error != NO_ERROR) return error;
  section.release();
  to_worker.release();
  to_host.release();
  gone.release();
  return NO_ERROR;
}

void Worker::Listen() noexcept {
  self_ = shared_from_this();
  const UniqueHandle thread(CreateThread(nullptr, 0, Run, this, 0, nullptr));
  if (thread) return;
  listener_.OnWorkerLost(*this, LastErrorOr(ERROR_OUTOFMEMORY), "no thread can be made for it");
  // JavaScript in this process may live on, but nobody listens to it.
  if (placement() == Placement::kInProcess) listener_.OnWorkerGone(*this);
  self_.reset();
}

DWORD WINAPI Worker::Run(void* context) noexcept {
  const std::shared_ptr<Worker> worker = std::move(static_cast<Worker*>(context)->self_);
  worker->Serve();
  return 0;
}

void Worker::Serve() noexcept {
  // A verdict that it wrote just before its end and that nobody has read yet is lost with it:
  // ERROR.
  const HANDLE events[] = {process_.process ? process_.process.get() : gone_.get(),
                           channel_.wake_event()};
  const std::uint64_t bound_ms = GetTickCount64() + std::uint64_t{settings_->start_seconds} * 1000;
  bool bounded = true;
  bool drained = true;
  while (!stopping_) {
    const std::uint64_t now_ms = GetTickCount64();
    if (bounded && now_ms >= bound_ms) {
      bounded = false;
      listener_.OnStartBound(*this);
      continue;
    }
    DWORD left_ms = bounded ? static_cast<DWORD>(bound_ms - now_ms) : INFINITE;
    if (!drained) left_ms = std::min(left_ms, kDrainAgainMs);
    switch (WaitForMultipleObjects(2, events, FALSE, left_ms)) {
      case WAIT_OBJECT_0:
        return listener_.OnWorkerGone(*this);
      case WAIT_OBJECT_0 + 1:
        drained = OnWake();
        break;
      case WAIT_TIMEOUT:
        if (!drained) drained = OnWake();
        break;
      default:
        return listener_.OnWorkerLost(*this, LastErrorOr(ERROR_INVALID_HANDLE),
                                      "its events can't be waited for");
    }
  }
}

std::uint64_t Worker::MemoryInUse() const noexcept {
  PROCESS_MEMORY_COUNTERS counters{};
  if (!process_.process ||
      !K32GetProcessMemoryInfo(process_.process.get(), &counters, sizeof(counters))) {
    return 0;
  }
  return std::max(counters.WorkingSetSize, counters.PagefileUsage);
}

void Worker::Write(const Frame& frame) noexcept {
  if (cut_off_) return;
  const bool written = Guarded(
      [&] { return Encode(frame, written_) && channel_.Write(written_) == RingStatus::kOk; },
      [](DWORD) { return false; });
  channel_.Wake();
  Wipe(written_);
  if (written) return;
  // The listener's lock is held here, and OnWorkerLost takes it: Drain() tells.
  cut_off_ = true;
  SetEvent(channel_.wake_event());
}

bool Worker::OnWake() noexcept {
  return Guarded(
      [this] {
        Drain();
        return true;
      },
      [this](DWORD error) {
        handling_ = false;
        Wipe(read_);
        listener_.OnWorkerLost(*this, error, "what it has sent can't be handled");
        return false;
      });
}

// A worker that is lost is stopped, and nothing more of it is read. In-process it can't be stopped:
// it lets go of its ports in frames, whatever else it has done wrong.
void Worker::Drain() {
  while (true) {
    if (cut_off_) {
      listener_.OnWorkerLost(*this, ERROR_PROCESS_ABORTED, "it does not read what it is sent");
    }
    if (stopping_) return;
    switch (channel_.Read(read_)) {
      case RingStatus::kOk: {
        auto frame = Decode(read_, Direction::kToHost);
        Wipe(read_);
        handling_ = true;
        const bool allowed = frame && listener_.OnFrame(*this, *frame);
        handling_ = false;
        if (frame) Wipe(*frame);
        if (allowed) break;
        listener_.OnWorkerLost(*this, ERROR_INVALID_DATA, "it sent a frame that is not allowed");
        break;
      }
      case RingStatus::kEmpty:
        if (channel_.Sleep()) return;
        break;
      default:
        listener_.OnWorkerLost(*this, ERROR_INVALID_DATA, "its end of the channel is corrupt");
        return;
    }
  }
}

void Worker::Stop() noexcept {
  if (stopping_.exchange(true)) return;
  if (process_.job) TerminateJobObject(process_.job.get(), ERROR_PROCESS_ABORTED);
  SetEvent(channel_.wake_event());
}

}  // namespace rasshost
