// SPDX-License-Identifier: MIT
// Which session a worker's frame means, and which one the RAS server means by a port: a session is
// not a port, since the server uses handles again (SD-29).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>

#include "common/frame.h"
#include "common/session_core.h"

namespace rasshost {

// Session is derived from SessionCore and knows its `worker`, null before the begin frame. For use
// under the owner's lock. Only Add() allocates: ending a session must work without memory.
template <typename Session>
class SessionTable {
 public:
  using Pointer = std::shared_ptr<Session>;

  // Never the same number twice, and never 0, which stands for the worker as a whole.
  std::uint64_t TakeId() noexcept { return next_id_++; }

  // From now on the server means this session by its port, on which there must be none. Throws
  // std::bad_alloc, and then has added nothing.
  void Add(const Pointer& session) {
    const auto place = by_id_.emplace(session->id, session).first;
    try {
      by_port_.emplace(session->port, session);
    } catch (...) {
      by_id_.erase(place);
      throw;
    }
  }
  void Remove(std::uint64_t id) noexcept {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return;
    Vacate(*found->second);
    by_id_.erase(found);
  }
  // To be called whenever something that the session waited for has come.
  void RemoveIfOver(const Session& session) noexcept {
    if (session.machine.over()) Remove(session.id);
  }

  // Whether a Complete for this port may not have reached the server yet, which would take it for
  // the next caller's: until it is back, nobody may begin there (SD-26, SD-29).
  bool IsCompleting(const void* port) const noexcept {
    const Pointer earlier = OnPort(port);
    return earlier && earlier->machine.completing();
  }
  // A server that begins anew on a port has ended what was there, whether it said so or not: what
  // the earlier session still owes must never reach the next caller (SD-29). Null when all is well.
  // One whose Complete has come back may still be completing: it goes when it hears Returned().
  Pointer Abandon(const void* port) noexcept {
    const Pointer earlier = OnPort(port);
    if (!earlier) return nullptr;
    Vacate(*earlier);
    earlier->machine.On(SessionEvent::kAbandoned);
    RemoveIfOver(*earlier);
    return earlier;
  }
  // The server ends a session, whose verdict becomes this error if it was running. True when the
  // answer is NO_ERROR and Complete follows, false when nothing more will be done to the port.
  bool End(Session& session, std::uint32_t error) noexcept {
    if (session.Overrule(SessionEvent::kEnd, error) == SessionAction::kAnswerHeld) return true;
    RemoveIfOver(session);
    return false;
  }

  // Null when there is none.
  Pointer Find(std::uint64_t id) const noexcept {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }
  Pointer OnPort(const void* port) const noexcept {
    const auto found = by_port_.find(port);
    return found == by_port_.end() ? nullptr : found->second;
  }
  // The first one with a higher number than `after`.
  Pointer Next(std::uint64_t after) const noexcept {
    const auto next = by_id_.upper_bound(after);
    return next == by_id_.end() ? nullptr : next->second;
  }
  // The first one of this worker with a higher number than `after`.
  template <typename Worker>
  Pointer NextOf(const Worker& worker, std::uint64_t after) const noexcept {
    auto next = by_id_.upper_bound(after);
    while (next != by_id_.end() && next->second->worker.get() != &worker) ++next;
    return next == by_id_.end() ? nullptr : next->second;
  }

  struct FrameEffect {
    SessionAction action;  // kFatal: this worker has to go
    Pointer session;       // null unless there is something to do for it
  };
  // A frame that a worker sent for a session. See SessionCore::OnFrame.
  template <typename Worker>
  FrameEffect OnFrame(const Worker& worker, Frame& frame) const noexcept {
    if (frame.session == 0 || frame.session >= next_id_) {
      return {SessionAction::kFatal, nullptr};
    }
    const Pointer session = Find(frame.session);
    // Gone: its end and this frame have crossed.
    if (!session) return {SessionAction::kIgnore, nullptr};
    if (session->worker.get() != &worker) return {SessionAction::kFatal, nullptr};
    return {session->OnFrame(frame.message), session};
  }

 private:
  void Vacate(const Session& session) noexcept {
    const auto found = by_port_.find(session.port);
    if (found != by_port_.end() && found->second.get() == &session) by_port_.erase(found);
  }

  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, Pointer> by_id_;
  std::unordered_map<const void*, Pointer> by_port_;  // the transaction that End would mean
};

}  // namespace rasshost
