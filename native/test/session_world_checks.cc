// SPDX-License-Identifier: MIT
// What must hold in a SessionWorld after each step, and how all must end.
#include "session_world.h"

namespace rasshost {
namespace {

bool IsReturn(Step step) {
  return step == Step::kClaimReturned || step == Step::kCallReturned || step == Step::kCollected ||
         step == Step::kCompleteCalled || step == Step::kCompleteBack ||
         step == Step::kCompleteReturned;
}

}  // namespace

void SessionWorld::CheckTable() {
  for (const Session& session : sessions_) {
    const WorldFlags& flags = session->flags;
    Expect(Has(*session) != session->machine.over(), "a session is kept or lost in the table");
    Expect(flags.end_over || table_.OnPort(session->port) == session,
           "invariant 4: the port belongs to another session");
    Expect(!flags.end_held || flags.hold || session->CallsOut() || flags.js_uses_port,
           "SD-24: a termination is held for nobody");
    Expect(flags.end_over || !IsPassing(session->port) || flags.completing,
           "invariant 4: the Complete of an earlier session may reach this one's caller");
  }
}

void SessionWorld::ComeToAnEnd() {
  const auto run_all = [&](auto wanted) {
    for (bool again = true; again;) {
      again = false;
      for (int i = 0; i < kSteps; ++i) {
        const Step step = static_cast<Step>(i);
        if (!wanted(step)) continue;
        for (std::size_t which = 0; which < CountOf(step); ++which) {
          if (!IsPossible(step, which)) continue;
          Run(step, which);
          again = true;
        }
      }
    }
  };
  run_all([](Step step) { return IsReturn(step) || step == Step::kAbandon; });
  run_all([](Step step) { return step == Step::kWorkerLost || step == Step::kTellLost; });
  run_all(IsReturn);
  for (const Session& session : sessions_) {
    Expect(session->flags.complete_called || session->flags.end_over,
           "invariant 2: no Complete after the worker's death");
    if (!session->flags.end_over) Run(Step::kEnd, session->id - 1);
  }
  run_all([](Step step) { return IsReturn(step) || step == Step::kSignalled; });
  for (const Session& session : sessions_) {
    Expect(session->flags.end_over && !Has(*session), "a session does not end");
  }
}

}  // namespace rasshost
