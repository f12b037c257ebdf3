// SPDX-License-Identifier: MIT
// What the future of a FleetWorld depends on: with times from now on, and numbers in their order.
#include <algorithm>
#include <initializer_list>
#include <vector>

#include "fleet_world.h"
#include "fleet_world_limits.h"

namespace rasshost {
namespace {

// Eight at most.
void AddFlags(std::string& key, std::initializer_list<bool> flags) {
  unsigned bits = 0;
  for (const bool flag : flags) bits = bits << 1 | unsigned{flag};
  key.push_back(static_cast<char>(bits));
}

// No time in here is longer than an hour.
void AddMs(std::string& key, std::uint64_t ms) {
  const auto value = static_cast<std::uint32_t>(ms);
  key.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

// Those of a fleet that there are.
template <typename All>
auto ByNumber(const All& all) {
  std::vector<decltype(&*all.begin())> sorted;
  for (const auto& each : all) {
    if (each.number != 0) sorted.push_back(&each);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* one, const auto* other) { return one->number < other->number; });
  return sorted;
}

}  // namespace

struct FleetImage {
  static void Add(std::string& key, const Fleet& fleet, std::uint64_t now_ms) {
    AddFlags(key, {fleet.demanded_, fleet.settings_are_old_, fleet.reload_wanted_,
                   fleet.heartbeat_.goes_on_, fleet.heartbeat_.due_, fleet.heartbeat_.in_round_,
                   fleet.to_start_, fleet.to_tell_change_});
    AddMs(key, fleet.start_in_ms_);
    AddMs(key, std::min(now_ms - fleet.current_since_ms_, Fleet::kSpareDelayMs));
    key.push_back(static_cast<char>(fleet.throttle_.failures()));
    AddMs(key, fleet.throttle_.WaitMs(now_ms));
    // Which place a worker has decides nothing.
    for (const FleetMember* member : ByNumber(fleet.roster_)) AddMember(key, *member, now_ms);
  }

 private:
  static void AddMember(std::string& key, const FleetMember& member, std::uint64_t now_ms) {
    key.push_back(
        static_cast<char>(static_cast<int>(member.state) << 2 | static_cast<int>(member.purpose)));
    AddFlags(key, {member.unwanted, member.ready, member.worn_out, member.pong_due, member.to_ping,
                   member.to_leave, member.to_tell_lost, member.to_end});
    key.push_back(static_cast<char>(member.missed_beats));
    key.push_back(static_cast<char>(member.sessions));
    key.push_back(static_cast<char>(std::min(member.dialogs, member.limits.recycle_dialogs)));
    AddMs(key, member.ready ? std::min(now_ms - member.ready_since_ms, kOldMs) : 0);
  }
};

std::string FleetWorld::Key() const {
  std::string key;
  key.reserve(128);
  FleetImage::Add(key, fleet_, now_ms_);
  for (const auto& due_ms : {start_due_ms_, beat_due_ms_}) {
    AddMs(key, due_ms ? 1 + (*due_ms > now_ms_ ? *due_ms - now_ms_ : 0) : 0);
  }
  // For the round it counts who comes after the one that it looks at.
  key.push_back(static_cast<char>(round_));
  for (const Process* process : ByNumber(processes_)) {
    AddFlags(key, {process->said_ready, process->lost, process->told_to_leave, process->asked,
                   process->look_due, process->is_reload, process->outdated, process->worn_out});
    key.push_back(static_cast<char>(process->sessions));
    key.push_back(static_cast<char>(process->dialogs > 0));
    const bool is_past = process->number <= looked_at_;
    key.push_back(round_ == Round::kNone          ? 0
                  : process->number == looked_at_ ? 1
                                                  : 2 + char{is_past});
  }
  key.push_back(static_cast<char>(-1));
  if (launching_) {
    key.push_back(static_cast<char>(launching_->purpose));
    key.push_back(static_cast<char>(launching_outdated_));
  }
  key.push_back(static_cast<char>(waiting_));
  AddFlags(key, {start_due_, ask_due_, asked_since_stop_, read_since_stop_});
  for (const std::uint8_t left : {budget_.dials, budget_.failures, budget_.deaths, budget_.reloads,
                                  budget_.stops, budget_.worn, budget_.beats, budget_.rounds}) {
    key.push_back(static_cast<char>(left));
  }
  return key;
}

}  // namespace rasshost
