// SPDX-License-Identifier: MIT
#include "emulator/line_poller.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

namespace rasshost {

LinePoller::LinePoller(LineEvents& events) : events_(events), thread_([this] { Run(); }) {}

LinePoller::~LinePoller() { Stop(); }

void LinePoller::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  waker_.Wake();
  thread_.join();
}

void LinePoller::Serve(std::shared_ptr<TcpLine> line) {
  ++load_;
  {
    const std::lock_guard lock(mutex_);
    added_.push_back(std::move(line));
  }
  waker_.Wake();
}

void LinePoller::TakeAdded() {
  const std::lock_guard lock(mutex_);
  std::ranges::move(added_, std::back_inserter(lines_));
  added_.clear();
}

void LinePoller::Run() {
  std::vector<WSAPOLLFD> polls;
  std::vector<std::shared_ptr<TcpLine>> polled;
  for (;;) {
    const auto now = TcpLine::Clock::now();
    TakeAdded();
    if (stopping_) {
      for (const auto& line : lines_) line->HangUp();
    }
    load_ -= std::erase_if(lines_, [now](const auto& line) { return line->IsDone(now); });
    if (stopping_ && lines_.empty()) return;

    polls.assign({waker_.Poll()});
    polled.clear();
    for (const auto& line : lines_) {
      if (const auto poll = line->Poll()) {
        polls.push_back(*poll);
        polled.push_back(line);
      }
    }
    int timeout = -1;
    if (const auto linger = NextLinger()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*linger - now).count();
      timeout = static_cast<int>(std::max<long long>(left, 0));
    }
    WSAPoll(polls.data(), static_cast<ULONG>(polls.size()), timeout);

    if (polls[0].revents != 0) waker_.Clear();
    for (std::size_t i = 0; i < polled.size(); ++i) {
      const short ready = polls[1 + i].revents;
      if (ready != 0) polled[i]->OnReady(ready, events_);
    }
  }
}

std::optional<TcpLine::Clock::time_point> LinePoller::NextLinger() const {
  std::optional<TcpLine::Clock::time_point> next;
  for (const auto& line : lines_) {
    const auto until = line->LingerUntil();
    if (until && (!next || *until < *next)) next = until;
  }
  return next;
}

}  // namespace rasshost
