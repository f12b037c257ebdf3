// SPDX-License-Identifier: MIT
#include "fleet_world.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace rasshost {

// What a fleet's future depends on, with times from now and numbers in their order.
struct FleetImage {
  static std::string Of(const Fleet& fleet, std::uint64_t now_ms) {
    std::string image;
    const auto add = [&](std::uint64_t value) {
      image.append(reinterpret_cast<const char*>(&value), sizeof(value));
    };
    const auto age = [&](std::uint64_t since_ms, std::uint64_t most_ms) {
      add(std::min(now_ms - since_ms, most_ms));
    };
    for (const bool flag :
         {fleet.demanded_, fleet.settings_are_old_, fleet.reload_wanted_, fleet.beating_,
          fleet.in_round_, fleet.to_start_, fleet.to_beat_, fleet.to_tell_change_}) {
      image.push_back(static_cast<char>(flag));
    }
    add(fleet.start_in_ms_);
    age(fleet.current_since_ms_, Fleet::kSpareDelayMs);
    add(fleet.throttle_.failures());
    add(fleet.throttle_.WaitMs(now_ms));
    // In the order of their numbers: which place a worker has decides nothing.
    std::vector<const Fleet::Member*> members;
    for (const auto& member : fleet.members_) {
      if (member.state != WorkerState::kNone) members.push_back(&member);
    }
    std::sort(members.begin(), members.end(),
              [](const auto* one, const auto* other) { return one->number < other->number; });
    for (const auto* member : members) {
      image.push_back(static_cast<char>(member->state));
      image.push_back(static_cast<char>(member->purpose));
      for (const bool flag :
           {member->unwanted, member->ready, member->worn_out, member->pong_due, member->to_ping,
            member->to_leave, member->to_tell_lost, member->to_end}) {
        image.push_back(static_cast<char>(flag));
      }
      image.push_back(static_cast<char>(member->missed_beats));
      image.push_back(static_cast<char>(member->sessions));
      image.push_back(static_cast<char>(std::min(member->dialogs, member->limits.recycle_dialogs)));
      age(member->ready ? member->ready_since_ms : now_ms, member->limits.recycle_ms);
    }
    return image;
  }
};

namespace {

// One beat proves a worker, two make it old.
constexpr std::uint32_t kBeatMs = 60'000;
constexpr std::uint64_t kOldMs = 2 * kBeatMs;
constexpr std::uint8_t kDialogs = 3;
constexpr std::uint64_t kMemory = 1000;
constexpr std::size_t kNowhere = Fleet::kMostWorkers;

WorkerLimits LimitsOf(bool wants_spare) {
  return {.wants_spare = wants_spare,
          .beat_ms = kBeatMs,
          .recycle_dialogs = kDialogs,
          .recycle_ms = kOldMs,
          .memory_bytes = kMemory};
}

}  // namespace

FleetWorld::FleetWorld(const Budget& budget)
    : budget_(budget), fleet_(budget.in_process, kBeatMs) {}

bool FleetWorld::IsPossible(FleetStep step, std::size_t place) const {
  const Process& process = processes_[place];
  const bool lives = process.number != 0 && !process.lost;
  switch (step) {
    case FleetStep::kDial:
      return budget_.dials > 0;
    case FleetStep::kAskAgain:
      return ask_due_;
    case FleetStep::kHangUp:
      return waiting_ > 0 || std::any_of(processes_.begin(), processes_.end(),
                                         [](const Process& each) { return each.sessions > 0; });
    case FleetStep::kStart:
      return start_due_;
    case FleetStep::kStartTimer:
      return start_due_ms_ && (!beat_due_ms_ || *start_due_ms_ <= *beat_due_ms_);
    case FleetStep::kLaunched:
      return launching_.has_value();
    case FleetStep::kNotLaunched:
      return launching_ && budget_.failures > 0;
    case FleetStep::kReload:
      return budget_.reloads > 0;
    case FleetStep::kStop:
      return budget_.stops > 0;
    case FleetStep::kBeat:
      // Silence is a death, and has to be paid for.
      return budget_.beats > 0 && beat_due_ms_ &&
             (!start_due_ms_ || *beat_due_ms_ <= *start_due_ms_) &&
             (budget_.deaths > 0 ||
              std::none_of(processes_.begin(), processes_.end(), [](const Process& each) {
                return !each.lost && (each.asked || each.told_to_leave);
              }));
    case FleetStep::kReady:
      return lives && !process.said_ready;
    case FleetStep::kReadyAgain:
      return lives && process.said_ready && budget_.deaths > 0;
    case FleetStep::kPong:
      return lives && process.asked;
    case FleetStep::kDies:
      return lives && budget_.deaths > 0;
    case FleetStep::kLeaves:
      return lives && process.told_to_leave;
    case FleetStep::kTooLarge:
      return lives && process.said_ready && IsPossible(FleetStep::kBeat, 0) && budget_.deaths > 0;
    case FleetStep::kWorn:
      return lives && process.said_ready && IsPossible(FleetStep::kBeat, 0) && budget_.worn > 0;
  }
  return false;
}

void FleetWorld::Run(FleetStep step, std::size_t place) {
  Process& process = processes_[place];
  switch (step) {
    case FleetStep::kDial:
      --budget_.dials;
      ++waiting_;
      AskAgain();
      break;
    case FleetStep::kAskAgain:
      ask_due_ = false;
      AskAgain();
      break;
    case FleetStep::kHangUp: {
      const auto served = std::find_if(processes_.begin(), processes_.end(),
                                       [](const Process& each) { return each.sessions > 0; });
      if (served == processes_.end()) {
        --waiting_;
        break;
      }
      --served->sessions;
      fleet_.SessionOver(served->number);
      break;
    }
    case FleetStep::kStart:
      start_due_ = false;
      LookForStart();
      break;
    case FleetStep::kStartTimer:
      now_ms_ = std::max(now_ms_, *std::exchange(start_due_ms_, std::nullopt));
      LookForStart();
      break;
    case FleetStep::kLaunched: {
      const auto start = *std::exchange(launching_, std::nullopt);
      const std::size_t at = fleet_.PlaceOf(start.worker);
      Expect(at < processes_.size() && processes_[at].number == 0,
             "a worker gets the place of another");
      if (at >= processes_.size()) return;
      processes_[at] = {};
      processes_[at].number = start.worker;
      processes_[at].is_reload = start.purpose == StartPurpose::kReload;
      processes_[at].outdated = launching_outdated_;
      const bool is_wanted = fleet_.Launched(start.worker, LimitsOf(budget_.wants_spare));
      processes_[at].lost = !is_wanted;
      if (is_wanted && start.purpose != StartPurpose::kReload) read_since_stop_ = true;
      break;
    }
    case FleetStep::kNotLaunched: {
      --budget_.failures;
      const auto start = *std::exchange(launching_, std::nullopt);
      const Fleet::Loss loss = fleet_.LaunchFailed(start.worker, now_ms_);
      Expect(!loss.callers_wait || !launching_outdated_,
             "a start that a stop has called off costs callers who came after it");
      OnLoss(loss);
      break;
    }
    case FleetStep::kReload:
      --budget_.reloads;
      fleet_.ReloadWanted();
      break;
    case FleetStep::kStop: {
      --budget_.stops;
      if (fleet_.ServiceStopped()) {
        waiting_ = 0;
        for (Process& each : processes_) each.outdated = true;
        launching_outdated_ = true;
        asked_since_stop_ = read_since_stop_ = false;
      }
      break;
    }
    case FleetStep::kBeat:
      Beat(kNowhere, kNowhere);
      break;
    case FleetStep::kReady:
      process.said_ready = true;
      process.ready_since_ms = now_ms_;
      Expect(fleet_.Ready(process.number, now_ms_) > Fleet::Welcome::kTooLate,
             "a worker's first Ready is taken for a fault, or comes too late");
      break;
    case FleetStep::kReadyAgain:
      Expect(fleet_.Ready(process.number, now_ms_) == Fleet::Welcome::kFault,
             "a second Ready is no fault");
      --budget_.deaths;
      Lose(place);
      break;
    case FleetStep::kPong:
      process.asked = false;
      fleet_.Pong(process.number);
      break;
    case FleetStep::kDies:
      --budget_.deaths;
      Lose(place);
      break;
    case FleetStep::kLeaves:
      Lose(place);
      break;
    case FleetStep::kTooLarge:
      Beat(place, kNowhere);
      break;
    case FleetStep::kWorn:
      --budget_.worn;
      Beat(kNowhere, place);
      break;
  }
  Act();
  Check();
}

void FleetWorld::AskAgain() {
  while (waiting_ > 0) {
    const WorkerNumber worker = fleet_.Demand();
    asked_since_stop_ = true;
    if (worker == 0) return;
    const std::size_t place = fleet_.PlaceOf(worker);
    const bool may = place < processes_.size() && processes_[place].number == worker &&
                     processes_[place].said_ready && !processes_[place].lost &&
                     !processes_[place].told_to_leave;
    Expect(may, "a session is given to a worker that can't take it");
    if (!may) return;
    --waiting_;
    ++processes_[place].sessions;
    if (++processes_[place].dialogs >= kDialogs) processes_[place].worn_out = true;
    fleet_.SessionBegun(worker, now_ms_);
  }
}

void FleetWorld::LookForStart() {
  const auto start = fleet_.NextStart(now_ms_);
  if (!start) return;
  Expect(!launching_, "two starts at a time");
  Expect(asked_since_stop_, "a worker is started after a stop, though nobody has asked for one");
  Expect(start->fresh == (start->purpose == StartPurpose::kReload || !read_since_stop_),
         "a worker is started with the wrong settings");
  launching_ = start;
  launching_outdated_ = false;
}

void FleetWorld::OnLoss(const Fleet::Loss& loss) {
  Expect(loss.is_new, "the end of a worker is taken for an old story");
  if (loss.callers_wait) waiting_ = 0;
}

void FleetWorld::Lose(std::size_t place) {
  Process& process = processes_[place];
  const std::size_t before = CurrentPlace();
  process.lost = true;
  process.sessions = 0;
  const Fleet::Loss loss = fleet_.Lost(process.number, now_ms_);
  OnLoss(loss);
  Expect(loss.was_wanted != process.told_to_leave, "a worker that left as it was told is missed");
  Expect(loss.was_reload == (process.is_reload && !process.said_ready),
         "a reload that fails is taken for another start, or another for a reload");
  Expect(!loss.was_reload || CurrentPlace() == before, "a reload that fails costs the current one");
  Expect(!fleet_.Lost(process.number, now_ms_).is_new, "a worker is lost twice");
  if (budget_.in_process) fleet_.Gone(process.number);
}

void FleetWorld::Beat(std::size_t too_large, std::size_t worn) {
  --budget_.beats;
  now_ms_ = std::max(now_ms_, *std::exchange(beat_due_ms_, std::nullopt));
  if (!fleet_.BeatBegins()) return Act();
  Act();
  bool silent = false;
  for (WorkerNumber worker = fleet_.BeatNext(0); worker != 0; worker = fleet_.BeatNext(worker)) {
    const std::size_t place = fleet_.PlaceOf(worker);
    const std::uint64_t memory = place == too_large ? 2 * kMemory + 1
                                 : place == worn    ? 2 * kMemory
                                                    : kMemory;
    Process& process = processes_[place];
    if (place == worn || now_ms_ - process.ready_since_ms >= kOldMs) process.worn_out = true;
    const Fleet::Pulse pulse = fleet_.Beat(worker, now_ms_, memory, false);
    Act();
    Expect((pulse == Fleet::Pulse::kTooLarge) == (place == too_large),
           "a worker's memory is not looked at");
    if (pulse == Fleet::Pulse::kSilent) {
      Expect(process.asked || process.told_to_leave,
             "a worker that has answered is taken for silent");
      silent = true;
    }
    if (pulse != Fleet::Pulse::kWell) Lose(place);
    Act();
  }
  if (silent || too_large != kNowhere) --budget_.deaths;
}

void FleetWorld::Act() {
  while (const auto action = fleet_.Take()) {
    Process& process = processes_[action->place];
    switch (action->kind) {
      case FleetActionKind::kStart:
        start_due_ = true;
        break;
      case FleetActionKind::kStartLater:
        Expect(action->value <= std::max(RestartThrottle::kLongestDelayMs, Fleet::kSpareDelayMs),
               "a start waits for longer than the longest delay");
        start_due_ms_ = now_ms_ + action->value;
        break;
      case FleetActionKind::kBeat:
        beat_due_ms_ = now_ms_ + fleet_.beat_ms();
        break;
      case FleetActionKind::kPing:
        Expect(process.number != 0 && process.said_ready && !process.lost,
               "a worker is asked for a sign of life that can give none");
        process.asked = true;
        break;
      case FleetActionKind::kLeave:
        Expect(process.number != 0 && !process.lost && !process.told_to_leave,
               "a worker is dismissed twice, or after its end");
        Expect(process.sessions == 0, "a worker is dismissed that has sessions");
        process.told_to_leave = true;
        break;
      case FleetActionKind::kTellLost:
        Expect(process.number != 0 && process.lost, "JavaScript is told of a loss that is none");
        break;
      case FleetActionKind::kEnd:
        Expect(process.number != 0, "a worker is ended twice");
        process = {};
        break;
      case FleetActionKind::kCurrentChanged:
        ask_due_ = true;
        break;
      case FleetActionKind::kRecycled:
        break;
    }
  }
}

void FleetWorld::Check() {
  int of_state[8] = {};
  bool current_is_worn_out = false;
  for (std::size_t place = 0; place < processes_.size(); ++place) {
    const Process& process = processes_[place];
    if (process.number == 0) continue;
    const WorkerState state = fleet_.StateOf(process.number);
    ++of_state[static_cast<int>(state)];
    Expect(fleet_.PlaceOf(process.number) == place, "a worker changes its place, or is forgotten");
    Expect((state == WorkerState::kLost) == process.lost, "a worker is lost for one side alone");
    const bool is_in_use = state == WorkerState::kStarting || state == WorkerState::kSpare ||
                           state == WorkerState::kCurrent;
    Expect(!is_in_use || !process.outdated, "a worker is kept although the service has stopped");
    if (state == WorkerState::kCurrent) current_is_worn_out = process.worn_out;
    Expect(state != WorkerState::kRetiring || process.sessions > 0,
           "a worker is kept for longer than its last session needs it");
    Expect((state == WorkerState::kLeaving) == (process.told_to_leave && !process.lost),
           "a worker leaves without being told, or stays although it was");
  }
  const auto count = [&](WorkerState state) { return of_state[static_cast<int>(state)]; };
  Expect(count(WorkerState::kCurrent) <= 1, "two current workers");
  Expect(count(WorkerState::kSpare) <= count(WorkerState::kCurrent),
         "a spare worker without a current one, or two of them");
  Expect(!current_is_worn_out || count(WorkerState::kSpare) == 0,
         "a worker that is worn out is not replaced");
  Expect(count(WorkerState::kStarting) + (launching_ ? 1 : 0) <= 1, "two starts at a time");
  Expect(waiting_ == 0 || CurrentPlace() != kNowhere || start_due_ || start_due_ms_ || launching_ ||
             ask_due_ || count(WorkerState::kStarting) > 0,
         "sessions wait for a worker that does not come");
  Expect(waiting_ == 0 || CurrentPlace() == kNowhere || ask_due_,
         "sessions wait although there is a worker");
  Expect(budget_.in_process || !AnyLives() || beat_due_ms_, "nobody looks after a worker");
}

bool FleetWorld::AnyLives() const noexcept {
  return std::any_of(processes_.begin(), processes_.end(),
                     [](const Process& each) { return each.number != 0 && !each.lost; });
}

std::size_t FleetWorld::CurrentPlace() const noexcept {
  for (std::size_t place = 0; place < processes_.size(); ++place) {
    const Process& process = processes_[place];
    if (process.number != 0 && fleet_.StateOf(process.number) == WorkerState::kCurrent) {
      return place;
    }
  }
  return kNowhere;
}

void FleetWorld::ComeToAnEnd() {
  budget_.failures = budget_.deaths = budget_.reloads = budget_.worn = 0;
  // All that a service does by itself, without the beats, which never end.
  const auto settle = [this] {
    for (bool again = true; again;) {
      again = false;
      for (const FleetStep step : {FleetStep::kAskAgain, FleetStep::kStart, FleetStep::kStartTimer,
                                   FleetStep::kLaunched}) {
        if (step == FleetStep::kStartTimer ? !start_due_ms_.has_value() : !IsPossible(step, 0)) {
          continue;
        }
        Run(step, 0);
        again = true;
      }
      for (std::size_t place = 0; place < processes_.size(); ++place) {
        for (const FleetStep step : {FleetStep::kReady, FleetStep::kPong, FleetStep::kLeaves}) {
          if (!IsPossible(step, place)) continue;
          Run(step, place);
          again = true;
        }
      }
    }
  };
  budget_.dials = 1;
  Run(FleetStep::kDial, 0);
  settle();
  Expect(waiting_ == 0 && CurrentPlace() != kNowhere, "a demanded worker does not come");
  Expect(fleet_.StateOf(processes_[0].number) != WorkerState::kNone || processes_[0].number == 0,
         "a worker is forgotten");
  while (IsPossible(FleetStep::kHangUp, 0)) Run(FleetStep::kHangUp, 0);
  budget_.stops = 1;
  Run(FleetStep::kStop, 0);
  settle();
  Expect(!AnyLives(), "a worker is left after the service has stopped");
  // The last beat finds nobody.
  budget_.beats = 2;
  while (IsPossible(FleetStep::kBeat, 0)) Run(FleetStep::kBeat, 0);
  Expect(!beat_due_ms_, "beats go on for nobody");
}

std::string FleetWorld::Key() const {
  std::string key = FleetImage::Of(fleet_, now_ms_);
  const auto add_time = [&](const std::optional<std::uint64_t>& due_ms) {
    const std::uint64_t left = due_ms ? 1 + (*due_ms > now_ms_ ? *due_ms - now_ms_ : 0) : 0;
    key.append(reinterpret_cast<const char*>(&left), sizeof(left));
  };
  add_time(start_due_ms_);
  add_time(beat_due_ms_);
  std::vector<const Process*> processes;
  for (const Process& process : processes_) {
    if (process.number != 0) processes.push_back(&process);
  }
  std::sort(processes.begin(), processes.end(),
            [](const auto* one, const auto* other) { return one->number < other->number; });
  for (const Process* process : processes) {
    key.push_back(static_cast<char>(process->said_ready | process->lost << 1 |
                                    process->told_to_leave << 2 | process->asked << 3 |
                                    process->is_reload << 4 | process->outdated << 5 |
                                    process->worn_out << 6));
    key.push_back(static_cast<char>(process->sessions));
  }
  key.push_back(static_cast<char>(-1));
  if (launching_) {
    key.push_back(static_cast<char>(launching_->purpose));
    key.push_back(static_cast<char>(launching_outdated_));
  }
  key.push_back(static_cast<char>(waiting_));
  key.push_back(static_cast<char>(start_due_ | ask_due_ << 1 | asked_since_stop_ << 2 |
                                  read_since_stop_ << 3));
  for (const std::uint8_t left : {budget_.dials, budget_.failures, budget_.deaths, budget_.reloads,
                                  budget_.stops, budget_.worn, budget_.beats}) {
    key.push_back(static_cast<char>(left));
  }
  return key;
}

}  // namespace rasshost
