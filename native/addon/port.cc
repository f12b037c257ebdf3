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

Napi::BigInt ToBigInt(Napi::Env env, const void* pointer) {
  return Napi::BigInt::New(env,
                           static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(pointer)));
}

}  // namespace

Port::Port(std::uint64_t session, const Begin& begin, Listener& listener)
    : session_(session),
      listener_(listener),
      handle_(FromAddress<HPORT>(begin.port)),
      send_(FromAddress<BYTE*>(begin.send_buffer)),
      send_size_(begin.send_size),
      receive_(FromAddress<BYTE*>(begin.receive_buffer)),
      receive_size_(begin.receive_size),
      device_name_(begin.device_name) {
  const bool in_process = send_ != nullptr;
  if (!in_process) {
    own_memory_.resize(std::size_t{send_size_} + receive_size_);
    handle_ = StandIn<HPORT>(session, kPortTag);
    send_ = own_memory_.data();
    receive_ = own_memory_.data() + send_size_;
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
  description["sendBuffer"] = view(send_, send_size_);
  description["receiveBuffer"] = view(receive_, receive_size_);
  description["length"] = view(rasmans_ ? &rasmans_->length : &own_length_, sizeof(WORD));
  description["event"] = ToBigInt(env, event_);
  description["complete"] = ToBigInt(env, complete);
  description["budgetMs"] = Napi::Number::New(env, begin.budget_ms);
  return description;
}

bool Port::Detach(bool receiving) noexcept {
  if (std::exchange(detached_, true)) return false;
  receiving_ = receiving;
  SecureZeroMemory(send_, send_size_);
  SecureZeroMemory(receive_, receive_size_);
  for (auto& view : views_) view.Value().Detach();
  views_.clear();
  return true;
}

DWORD Port::CheckSend(const BYTE* buffer, WORD length) const noexcept {
  if (detached_) return ERROR_PORT_DISCONNECTED;
  if (buffer != send_) return ERROR_BUFFER_INVALID;
  if (length > send_size_) return ERROR_BUFFER_TOO_SMALL;
  return wanted_ != nullptr ? ERROR_ASYNC_REQUEST_PENDING : PENDING;
}

DWORD Port::BeginReceive(BYTE* buffer, WORD* length, HANDLE event) noexcept {
  if (detached_) return ERROR_PORT_DISCONNECTED;
  if (buffer != receive_ || length == nullptr) return ERROR_BUFFER_INVALID;
  if (*length > receive_size_) return ERROR_BUFFER_TOO_SMALL;
  if (wanted_ != nullptr) return ERROR_ASYNC_REQUEST_PENDING;
  wanted_ = length;
  wanted_event_ = event;
  last_error_ = PENDING;
  return PENDING;
}

bool Port::FinishReceive(const Received& received) noexcept {
  if (wanted_ == nullptr || detached_) return false;
  const std::size_t count = std::min<std::size_t>({received.data.size(), *wanted_, receive_size_});
  std::memcpy(receive_, received.data.data(), count);
  *wanted_ = static_cast<WORD>(count);
  wanted_ = nullptr;
  last_error_ = received.last_error;
  bytes_received_ = static_cast<DWORD>(count);
  if (wanted_event_ == event_) return true;
  SetEvent(wanted_event_);
  return false;
}

void Port::FillInfo(RAS_SECURITY_INFO& info) const noexcept {
  info = {};
  info.LastError = last_error_;
  info.BytesReceived = bytes_received_;
  std::memcpy(info.DeviceName, device_name_.data(),
              std::min(device_name_.size(), sizeof(info.DeviceName) - 1));
}

}  // namespace rasshost
