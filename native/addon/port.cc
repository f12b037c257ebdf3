// SPDX-License-Identifier: MIT
#include "addon/port.h"

#include <algorithm>
#include <cstring>

namespace rasshost {
namespace {

// Stand-ins for handles in the worker, made from the session's number and so never used twice.
// Genuine handle values are multiples of four, so neither can be mistaken for one.
template <typename Handle>
Handle StandIn(std::uint64_t session, unsigned tag) noexcept {
  return reinterpret_cast<Handle>(static_cast<std::uintptr_t>(session * 4 + tag));
}
constexpr unsigned kPortTag = 1;
constexpr unsigned kEventTag = 2;

template <typename Pointer>
Pointer FromAddress(std::uint64_t address) noexcept {
  return reinterpret_cast<Pointer>(static_cast<std::uintptr_t>(address));
}

// In a worker the frame names no addresses.
bool IsInProcess(const Begin& begin) noexcept { return begin.send_buffer != 0; }

Napi::BigInt ToBigInt(Napi::Env env, const void* pointer) {
  return Napi::BigInt::New(env,
                           static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(pointer)));
}

}  // namespace

Port::Port(std::uint64_t session, const Begin& begin, Listener& listener)
    : session_(session),
      listener_(listener),
      own_memory_(IsInProcess(begin) ? 0 : std::size_t{begin.send_size} + begin.receive_size),
      handle_(FromAddress<HPORT>(begin.port)),
      send_(IsInProcess(begin) ? FromAddress<std::byte*>(begin.send_buffer) : own_memory_.data(),
            begin.send_size),
      receive_(IsInProcess(begin) ? FromAddress<std::byte*>(begin.receive_buffer)
                                  : own_memory_.data() + begin.send_size,
               begin.receive_size),
      calls_(send_, receive_, begin.device_name) {
  if (!IsInProcess(begin)) {
    handle_ = StandIn<HPORT>(session, kPortTag);
    event_ = StandIn<HANDLE>(session, kEventTag);
    return;
  }
  rasmans_ = std::make_unique<Rasmans>();
  rasmans_->event.reset(CreateEventW(nullptr, FALSE, FALSE, nullptr));
  wait_.reset(CreateThreadpoolWait(Signalled, this, nullptr));
  if (!rasmans_->event || !wait_) throw std::bad_alloc();
  event_ = rasmans_->event.get();
  Listen();
}

Port::~Port() {
  if (!rasmans_) return;
  SetThreadpoolWait(wait_.get(), nullptr, nullptr);
  WaitForThreadpoolWaitCallbacks(wait_.get(), TRUE);
  if (receiving_) rasmans_.release();
}

void Port::Listen() noexcept { SetThreadpoolWait(wait_.get(), event_, nullptr); }

// Does not listen again by itself: the destructor could then never be sure of the last callback.
void CALLBACK Port::Signalled(PTP_CALLBACK_INSTANCE, void* context, PTP_WAIT,
                              TP_WAIT_RESULT) noexcept {
  const auto* const port = static_cast<Port*>(context);
  port->listener_.OnSignalled(port->session_);
}

Napi::Object Port::Describe(Napi::Env env, const Begin& begin, const void* complete) {
  const auto view = [&](void* memory, std::size_t size) {
    auto buffer = Napi::ArrayBuffer::New(env, memory, size);
    views_.push_back(Napi::Persistent(buffer));
    return buffer;
  };
  auto description = Napi::Object::New(env);
  description["id"] = Napi::BigInt::New(env, session_);
  description["hPort"] = ToBigInt(env, handle_);
  description["sendBuffer"] = view(send_.data(), send_.size());
  description["receiveBuffer"] = view(receive_.data(), receive_.size());
  description["length"] = view(rasmans_ ? &rasmans_->length : &own_length_, sizeof(WORD));
  description["event"] = ToBigInt(env, event_);
  description["complete"] = ToBigInt(env, complete);
  description["budgetMs"] = Napi::Number::New(env, begin.budget_ms);
  return description;
}

bool Port::Detach(bool receiving) noexcept {
  if (calls_.detached()) return false;
  calls_.Detach();
  receiving_ = receiving;
  Wipe(send_);
  Wipe(receive_);
  for (auto& view : views_) view.Value().Detach();
  views_.clear();
  return true;
}

DWORD Port::BeginReceive(BYTE* buffer, WORD* length, HANDLE event) noexcept {
  const DWORD result = calls_.BeginReceive(buffer, length);
  if (result == PENDING) wanted_event_ = event;
  return result;
}

bool Port::FinishReceive(const Received& received) noexcept {
  if (!calls_.FinishReceive(received)) return false;
  if (wanted_event_ == event_) return true;
  SetEvent(wanted_event_);
  return false;
}

void Port::FillInfo(RAS_SECURITY_INFO& info) const noexcept {
  info = {};
  info.LastError = calls_.last_error();
  info.BytesReceived = calls_.bytes_received();
  const std::string& name = calls_.device_name();
  std::memcpy(info.DeviceName, name.data(), std::min(name.size(), sizeof(info.DeviceName) - 1));
}

}  // namespace rasshost
