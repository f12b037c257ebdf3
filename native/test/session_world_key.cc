// SPDX-License-Identifier: MIT
// Copies of a SessionWorld, and what its future depends on.
#include <algorithm>
#include <type_traits>

#include "session_world.h"

namespace rasshost {

SessionWorld::SessionWorld(const SessionWorld& other)
    : options_(other.options_),
      stops_left_(other.stops_left_),
      stopping_(other.stopping_),
      fault_(other.fault_),
      walked_(other.walked_) {
  for (const auto& worker : other.workers_) {
    workers_.push_back(std::make_shared<WorldWorker>(*worker));
  }
  for (const Session& original : other.sessions_) {
    const auto session = std::make_shared<WorldSession>(*original);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (original->worker == other.workers_[i]) session->worker = workers_[i];
    }
    sessions_.push_back(session);
    table_.TakeId();
    if (!other.Has(*original)) continue;
    table_.Add(session);
    if (other.table_.OnPort(original->port) == original) continue;
    // One that the server has left, and that only waits for a call to come back.
    table_.Abandon(session->port);
    session->machine = original->machine;
  }
}

std::string SessionWorld::Key() const {
  std::string key;
  key.reserve(96);
  const auto put = [&](const auto& value) {
    static_assert(std::has_unique_object_representations_v<std::decay_t<decltype(value)>> ||
                  alignof(decltype(value)) == 1);  // no padding, so the bytes are the value
    key.append(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  put(stops_left_);
  put(stopping_);
  for (const auto& worker : workers_) {
    put(worker->lost);
    put(worker->at_fault && !worker->lost);
  }
  for (const Session& session : sessions_) {
    const auto worker = std::find(workers_.begin(), workers_.end(), session->worker);
    put(static_cast<char>(worker - workers_.begin()));
    // Whatever it has been through, all that is left to do with it is to turn its frames away.
    const bool is_past = !Has(*session) && !session->CallsOut() && !session->flags.rasman_receives;
    put(is_past);
    if (is_past) continue;
    WorldFlags flags = session->flags;
    // A claim fails unless it is queued.
    flags.claimed = flags.claimed || session->machine.state() != SessionState::kQueued;
    put(session->machine);
    put(flags);
    // A verdict that is right has no more to it than what was expected.
    put(static_cast<char>(session->expected.message_id));
    put(static_cast<char>(session->ReportsAsExpected()));
    put(static_cast<char>(table_.OnPort(session->port) == session));
  }
  return key;
}

}  // namespace rasshost
