// SPDX-License-Identifier: MIT
// One worker as the security DLL sees it: the channel to it, and how its end is noticed.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "common/fleet.h"
#include "common/frame.h"
#include "security_dll/log.h"
#include "security_dll/settings.h"
#include "security_dll/worker_end.h"
#include "security_dll/worker_process.h"
#include "windows/channel.h"

namespace rasshost {

class Worker : public std::enable_shared_from_this<Worker> {
 public:
  // Everything on the worker's own thread; without one, OnWorkerLost inside Listen().
  class Listener {
   public:
    // False: the frame is a fault, and the worker has to go.
    virtual bool OnFrame(Worker& worker, Frame& frame) = 0;
    // It is at fault: nothing more may be asked of it. May come more than once.
    virtual void OnWorkerLost(Worker& worker, DWORD error, std::string_view why) noexcept = 0;
    // Its process or, in-process, its JavaScript environment has ended; or nobody listens to that.
    virtual void OnWorkerGone(Worker& worker) noexcept = 0;
    // StartSeconds have passed: unless it is ready, it is lost.
    virtual void OnStartBound(Worker& worker) noexcept = 0;

   protected:
    ~Listener() = default;
  };

  // Starts a process, or attaches to the addon in this one. Null when that fails; `error` and `why`
  // then say so. The listener hears nothing before Listen(). Throws std::bad_alloc.
  static std::shared_ptr<Worker> Start(WorkerNumber number,
                                       const std::shared_ptr<const Settings>& settings, Log& log,
                                       Listener& listener, DWORD& error, std::string& why);
  // From now on until Stop() it lives by itself, on a thread that waits for its frames and its end.
  void Listen() noexcept;

  Placement placement() const noexcept { return settings_->placement; }
  // Those that it was started with.
  const std::shared_ptr<const Settings>& settings() const noexcept { return settings_; }

  // The fleet's name for it.
  WorkerNumber number() const noexcept { return number_; }

  // Once it has ended, for the event.
  const char* HowItEnded() const noexcept { return rasshost::HowItEnded(process_.process.get()); }
  // Bytes of memory that its process has in use or has been promised, whichever is more: the system
  // ends it for the one, and trims the other. 0 when the system does not say.
  std::uint64_t MemoryInUse() const noexcept;

  // Whether its frames wait for us: a frame of it is being handled. Until that is done no sign of
  // life of it is heard.
  bool waits_for_us() const noexcept { return handling_; }

  // Under the listener's lock, so that frames leave in the order of what they report. A frame that
  // can't go, because the worker does not drain its ring or there is no memory, is the last: the
  // worker is lost, which its thread then tells the listener.
  void Write(const Frame& frame) noexcept;

  // Ends the worker. Its listener hears nothing more; returns before that is certain.
  void Stop() noexcept;

 private:
  Worker(WorkerNumber number, Channel channel, std::shared_ptr<const Settings> settings,
         Listener& listener);
  static DWORD WINAPI Run(void* context) noexcept;
  DWORD Launch(Log& log, std::string& why);
  DWORD Attach(std::string& why);
  void Serve() noexcept;
  // False: there is more to read, which has to wait.
  bool OnWake() noexcept;
  void Drain();

  const WorkerNumber number_;
  Channel channel_;
  const std::shared_ptr<const Settings> settings_;
  Listener& listener_;
  WorkerProcess process_;
  UniqueHandle gone_;  // in-process: set when the JavaScript environment has ended
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> cut_off_ = false;  // a frame could not go
  std::atomic<bool> handling_ = false;
  // Frames as bytes, of which the largest fits in: neither to write one nor to read one takes
  // memory.
  std::vector<std::byte> written_;  // under the listener's lock
  std::vector<std::byte> read_;     // of the worker's thread
  std::shared_ptr<Worker> self_;    // from Listen() on, until the thread has begun
};

}  // namespace rasshost
