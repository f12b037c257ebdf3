// SPDX-License-Identifier: MIT
// A thread that serves some lines.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "common/srw_lock.h"
#include "emulator/line.h"
#include "emulator/socket_waker.h"
#include "emulator/tcp_line.h"

namespace rasshost {

class LinePoller {
 public:
  explicit LinePoller(LineEvents& events);
  ~LinePoller();
  LinePoller(const LinePoller&) = delete;
  LinePoller& operator=(const LinePoller&) = delete;

  // How many lines it serves.
  std::size_t load() const noexcept { return load_; }
  // For the lines that it is to serve.
  SocketWaker& waker() noexcept { return waker_; }
  void Serve(std::shared_ptr<TcpLine> line);
  // Hangs up, lets every line go out, and ends the thread.
  void Stop();

 private:
  void Run();
  void TakeAdded();
  std::optional<TcpLine::Clock::time_point> NextLinger() const;

  LineEvents& events_;
  SocketWaker waker_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> load_{0};
  SrwLock mutex_;
  std::vector<std::shared_ptr<TcpLine>> added_;  // mutex_
  std::vector<std::shared_ptr<TcpLine>> lines_;  // thread_ only
  std::thread thread_;
};

}  // namespace rasshost
