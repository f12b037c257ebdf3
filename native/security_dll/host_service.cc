// SPDX-License-Identifier: MIT
#include "security_dll/host_service.h"

#include <utility>

#include "security_dll/guarded.h"

namespace rasshost {

HostService::HostService(Listener& listener)
    : listener_(listener),
      work_(Granted(UniqueThreadpoolWork(CreateThreadpoolWork(Asked, this, nullptr)))) {}

void HostService::Ask() noexcept {
  const Guard guard(lock_);
  Request(guard);
}

void HostService::AskIfOld() noexcept {
  if (GetTickCount64() - asked_ms_ >= kOldMs) Ask();
}

HostService::Look HostService::LookNow() noexcept {
  if (state_ == State::kPrivate) return {State::kPrivate, run_};
  Guard guard(lock_);
  const std::uint64_t question = Request(guard);
  const bool is_answered =
      answer_came_.WaitFor(guard, kPatience, [&] { return answered_ >= question; });
  const State state = state_;
  // Without an answer, the service counts as running: a session that began after the stop shows
  // that it runs. A session from before the stop has the number of an earlier run.
  return {!is_answered && state == State::kStopped ? State::kRuns : state, run_};
}

std::uint64_t HostService::Request(const Guard&) noexcept {
  asked_ms_ = GetTickCount64();
  if (!std::exchange(asking_, true)) SubmitThreadpoolWork(work_.get());
  return ++questions_;
}

void CALLBACK HostService::Asked(PTP_CALLBACK_INSTANCE instance, void* context, PTP_WORK) noexcept {
  CallbackMayRunLong(instance);
  static_cast<HostService*>(context)->AnswerAll();
}

// An answer counts for everybody who asked before the service manager was asked.
void HostService::AnswerAll() noexcept {
  while (true) {
    std::uint64_t question;
    {
      const Guard guard(lock_);
      if (answered_ == questions_) {
        asking_ = false;
        return;
      }
      question = questions_;
    }
    State state;
    if (Query(state)) Learn(state);
    const Guard guard(lock_);
    answered_ = question;
    answer_came_.NotifyAll();
  }
}

void HostService::Learn(State state) noexcept {
  State before = state_;
  if (before == State::kStopping && state == State::kRuns) {
    // It runs again, so it must have stopped in between.
    Learn(State::kStopped);
    before = state_;
  }
  // This process has never been the service's, so the service's state says nothing about it.
  if (before == State::kPrivate && state == State::kStopped) return;
  state_ = state;
  if (state == State::kStopped && before != State::kStopped) ++run_;
  // The listener is told first, so that everything that a stop requires is done when the others get
  // the answer.
  if (before != State::kPrivate && state < before) listener_.OnServiceDown(state);
}

bool HostService::Query(State& state) noexcept {
  if (!service_) {
    const UniqueServiceHandle manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
    if (!manager) return false;
    service_.reset(OpenServiceW(manager.get(), L"RemoteAccess", SERVICE_QUERY_STATUS));
    if (!service_) return false;
  }
  SERVICE_STATUS_PROCESS status{};
  DWORD needed = 0;
  if (!QueryServiceStatusEx(service_.get(), SC_STATUS_PROCESS_INFO,
                            reinterpret_cast<BYTE*>(&status), sizeof(status), &needed)) {
    return false;
  }
  // It may run again in another process.
  const bool is_here =
      status.dwProcessId == GetCurrentProcessId() && status.dwCurrentState != SERVICE_STOPPED;
  state = !is_here                                        ? State::kStopped
          : status.dwCurrentState == SERVICE_STOP_PENDING ? State::kStopping
                                                          : State::kRuns;
  return true;
}

}  // namespace rasshost
