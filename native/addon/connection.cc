// SPDX-License-Identifier: MIT
#include "addon/connection.h"

#include <new>
#include <string>
#include <utility>

#include "addon/forwarded_rasman.h"

namespace rasshost {
namespace {

// Exports that koffi calls carry no environment; it is the one of the calling thread.
thread_local Connection* of_this_thread = nullptr;

// Where rasshost.dll finds the environment that offered itself. The rendezvous of two modules in
// one process can only be process-wide.
SrwLock offer_lock;
Connection* offered = nullptr;

// For an attachment that nobody will take: as if its environment had come and gone.
void Decline(const Attachment& attachment) noexcept {
  const UniqueHandle section(attachment.channel.section);
  const UniqueHandle to_worker(attachment.channel.to_worker);
  const UniqueHandle to_host(attachment.channel.to_host);
  const UniqueHandle gone(attachment.gone);
  SetEvent(gone.get());
}

const char* NameOf(EndReason reason) noexcept {
  switch (reason) {
    case EndReason::kDeadline:
      return "deadline";
    case EndReason::kHost:
      return "host";
    case EndReason::kCompleted:
      return "completed";
    default:
      return "disconnected";
  }
}

}  // namespace

Connection::Connection(Napi::Env env, Napi::Object handlers)
    : env_(env),
      handlers_(Napi::Persistent(handlers)),
      wake_js_(Tsfn::New(env, "rasshost", 0, 1, this)),
      stop_(CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
  of_this_thread = this;
}

std::unique_ptr<Connection> Connection::Open(Napi::Env env, const ChannelHandles& handles,
                                             Napi::Object handlers) {
  auto channel = Channel::Open(handles);
  if (!channel) {
    throw Napi::Error::New(env, "the channel's handles are not valid in this process");
  }
  std::unique_ptr<Connection> connection(new Connection(env, handlers));
  connection->Start(std::move(*channel));
  return connection;
}

std::unique_ptr<Connection> Connection::Offer(Napi::Env env, Napi::Object handlers) {
  const std::lock_guard guard(offer_lock);
  if (offered != nullptr) {
    throw Napi::Error::New(env, "another environment of this process serves rasshost.dll already");
  }
  std::unique_ptr<Connection> connection(new Connection(env, handlers));
  offered = connection.get();
  return connection;
}

// The environment's clean-up or JavaScript's close(): no thread may call into either afterwards.
Connection::~Connection() { Shutdown(); }

void Connection::Shutdown() noexcept {
  {
    const std::lock_guard guard(offer_lock);
    if (offered == this) offered = nullptr;
  }
  if (channel_) channel_->Wake();
  SetEvent(stop_.get());
  if (reader_.joinable()) reader_.join();
  if (attachment_) Decline(*attachment_);
  // Their destructors wait for callbacks that may be running.
  ports_.clear();
  parked_.clear();
  wake_js_.Abort();
  if (gone_) SetEvent(gone_.get());
  if (of_this_thread == this) of_this_thread = nullptr;
}

Connection* Connection::OfThisThread() noexcept { return of_this_thread; }

DWORD Connection::Attach(const Attachment& attachment) noexcept {
  const std::lock_guard guard(offer_lock);
  if (offered == nullptr) return ERROR_NOT_READY;
  {
    const std::lock_guard connection_guard(offered->lock_);
    // One that JavaScript was too busy to take has been given up meanwhile.
    if (offered->attachment_) Decline(*offered->attachment_);
    offered->attachment_ = attachment;
  }
  offered->wake_js_.NonBlockingCall();
  return NO_ERROR;
}

void Connection::Start(Channel channel) {
  channel_.emplace(std::move(channel));
  reader_ = std::thread(&Connection::ReadLoop, this, channel_->wake_event(), stop_.get());
  // What is there already was written before anybody could sleep.
  wake_js_.NonBlockingCall();
}

void Connection::TakeAttachment() {
  std::optional<Attachment> attachment;
  {
    const std::lock_guard guard(lock_);
    attachment = std::exchange(attachment_, std::nullopt);
  }
  if (!attachment) return;
  // A new attachment replaces a channel whose other end has given up. What began over that one must
  // not meet the transactions to come.
  if (channel_ && !closed_) Close("another rasshost.dll has attached itself");
  closed_ = false;
  SetEvent(stop_.get());
  if (reader_.joinable()) reader_.join();
  ResetEvent(stop_.get());
  // The worker that rasshost.dll took us for has ended, as far as that channel goes.
  if (gone_) SetEvent(gone_.get());
  gone_.reset(attachment->gone);
  auto channel = Channel::Open(attachment->channel);
  if (!channel) {
    SetEvent(gone_.get());
    return;
  }
  overflow_.clear();
  Start(std::move(*channel));
  Handler("attached");
}

// The reader thread.
void Connection::ReadLoop(HANDLE wake, HANDLE stop) noexcept {
  const HANDLE events[] = {stop, wake};
  while (WaitForMultipleObjects(2, events, FALSE, INFINITE) == WAIT_OBJECT_0 + 1) {
    // One call a wake-up: JavaScript drains the ring, and no further event comes until it has said
    // that it sleeps.
    if (wake_js_.NonBlockingCall() != napi_ok) return;
  }
}

// A thread of the system's pool, in-process only.
void Connection::OnSignalled(std::uint64_t session) noexcept {
  {
    const std::lock_guard guard(lock_);
    signalled_.push_back(session);
  }
  wake_js_.NonBlockingCall();
}

void Connection::CallJs(Napi::Env env, Napi::Function, Connection* connection, void*) {
  // Without an environment this is the clean-up, which the destructor has seen to.
  if (env == nullptr) return;
  const Napi::HandleScope scope(env);
  try {
    connection->OnWake(env);
    return;
  } catch (const Napi::Error& error) {
    // A handler must not throw. Without knowing what it left undone, the process had better end.
    napi_fatal_exception(env, error.Value());
  } catch (const std::bad_alloc&) {
    napi_throw_error(env, "ERR_MEMORY_ALLOCATION_FAILED", "rasshost is out of memory");
  }
  // If the program goes on all the same, so do we: what is left to drain has no event to come.
  connection->wake_js_.NonBlockingCall();
}

void Connection::OnWake(Napi::Env env) {
  TakeAttachment();
  if (channel_) channel_->Wake();
  do {
    gathers_ = false;
    const std::size_t read = DrainSignalled(env) + Drain(env);
    gathers_ = read > 1;
    // What waits for a promise goes on when this call has returned, and the next call of the same
    // queue comes right behind it without one of the system's: until then this end stays awake.
    if (read > 0 && wake_js_.NonBlockingCall() == napi_ok) return;
    if (channel_) channel_->Wake();
  } while (channel_ && !closed_ && !channel_->Sleep());
}

// In-process: receive events that Rasman has signalled. Returns how many.
std::size_t Connection::DrainSignalled(Napi::Env env) {
  std::vector<std::uint64_t> signalled;
  {
    const std::lock_guard guard(lock_);
    signalled.swap(signalled_);
  }
  for (const std::uint64_t session : signalled) {
    const auto parked = parked_.find(session);
    if (parked != parked_.end()) {
      parked->second->ReceiveEnded();
      parked_.erase(parked);
      continue;
    }
    const auto port = ports_.find(session);
    if (port == ports_.end()) continue;
    port->second->Listen();
    Handler("received", Napi::BigInt::New(env, session));
  }
  return signalled.size();
}

// Returns how many frames there were.
std::size_t Connection::Drain(Napi::Env env) {
  std::size_t read = 0;
  std::vector<std::byte> bytes;
  while (channel_ && !closed_) {
    FlushOverflow();
    switch (channel_->Read(bytes)) {
      case RingStatus::kOk: {
        ++read;
        const Napi::HandleScope scope(env);
        auto frame = Decode(bytes, Direction::kToWorker);
        Wipe(bytes);
        if (!frame) {
          Close("the security DLL sent a frame that does not decode");
          break;
        }
        Dispatch(env, *frame);
        Wipe(*frame);
        break;
      }
      case RingStatus::kEmpty:
        return read;
      default:
        Close("the security DLL's end of the channel is corrupt");
        break;
    }
  }
  return read;
}

void Connection::Dispatch(Napi::Env env, const Frame& frame) {
  const auto id = Napi::BigInt::New(env, frame.session);
  if (const auto* hello = std::get_if<Hello>(&frame.message)) {
    if (hello->protocol == kProtocolVersion && hello->build_id == RASSHOST_BUILD_ID) return;
    const std::string reason =
        "rasshost.node is build " RASSHOST_BUILD_ID ", rasshost.dll is build " + hello->build_id;
    Write({0, Refused{reason}});
    Close(reason);
  } else if (const auto* begin = std::get_if<Begin>(&frame.message)) {
    if (ports_.contains(frame.session)) {
      return Close("the security DLL began a session twice");
    }
    std::unique_ptr<Port> port(new Port(frame.session, *begin, *this));
    const Napi::Object description =
        port->Describe(env, *begin, reinterpret_cast<const void*>(&ForwardedComplete));
    by_handle_.insert_or_assign(port->handle(), port.get());
    ports_.insert_or_assign(frame.session, std::move(port));
    Handler("begin", description);
  } else if (const auto* received = std::get_if<Received>(&frame.message)) {
    const auto found = ports_.find(frame.session);
    if (found != ports_.end() && found->second->FinishReceive(*received)) Handler("received", id);
  } else if (const auto* ping = std::get_if<Ping>(&frame.message)) {
    Write({0, Pong{}});
    Handler("pinged", Napi::Number::New(env, ping->interval_ms));
  } else if (std::holds_alternative<Leave>(frame.message)) {
    Handler("leave");
  } else if (const auto* ended = std::get_if<Ended>(&frame.message)) {
    if (frame.session == 0) return Close("the security DLL has given this worker up");
    Handler("ended", id, Napi::String::New(env, NameOf(ended->reason)));
  }
}

void Connection::Close(const std::string& reason) {
  closed_ = true;
  Handler("closed", Napi::String::New(env_, reason));
}

void Connection::Write(const Frame& frame) {
  std::vector<std::byte> bytes;
  if (!channel_ || !Encode(frame, bytes)) return;
  if (!overflow_.empty() || channel_->Write(bytes) == RingStatus::kFull) {
    // Back-pressure: it goes when the security DLL says that there is room again.
    overflow_.push_back(std::move(bytes));
  } else {
    Wipe(bytes);
  }
  if (!gathers_) channel_->Wake();
}

void Connection::FlushOverflow() noexcept {
  while (!overflow_.empty() && channel_->Write(overflow_.front()) != RingStatus::kFull) {
    Wipe(overflow_.front());
    overflow_.pop_front();
  }
}

Port* Connection::FindPort(HPORT handle) noexcept {
  const auto found = by_handle_.find(handle);
  return found == by_handle_.end() ? nullptr : found->second;
}

void Connection::Detach(std::uint64_t session, bool receiving) {
  const auto found = ports_.find(session);
  if (found == ports_.end()) return;
  if (found->second->Detach(receiving) && found->second->in_process()) Write({session, LetGo{}});
}

void Connection::Forget(std::uint64_t session) noexcept {
  auto found = ports_.extract(session);
  if (found.empty()) return;
  const auto handle = by_handle_.find(found.mapped()->handle());
  if (handle != by_handle_.end() && handle->second == found.mapped().get())
    by_handle_.erase(handle);
  if (found.mapped()->is_rasmans()) parked_.insert(std::move(found));
}

template <typename... Arguments>
void Connection::Handler(const char* name, Arguments... arguments) {
  const Napi::HandleScope scope(env_);
  const Napi::Object handlers = handlers_.Value();
  handlers.Get(name).As<Napi::Function>().Call(handlers, {arguments...});
}

}  // namespace rasshost
