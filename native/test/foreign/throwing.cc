// SPDX-License-Identifier: MIT
// throwing.dll: has the C++ runtime do what it does by thread, with rasshost.dll's own part of it.
#include <windows.h>

#include <atomic>
#include <exception>
#include <stdexcept>
#include <string>

namespace rasshost {
namespace {

std::atomic<int> made = 0;

// Takes its time, so that others come to want it.
struct Slow {
  Slow() {
    for (int i = 0; i < 100; ++i) SwitchToThread();
    ++made;
  }
};

int UncaughtOfThisThread() noexcept { return std::uncaught_exceptions(); }

// Whether it is destroyed while exactly one exception of its thread flies.
class Unwound {
 public:
  explicit Unwound(bool* as_it_should) noexcept : as_it_should_(as_it_should) {}
  Unwound(const Unwound&) = delete;
  Unwound& operator=(const Unwound&) = delete;
  ~Unwound() { *as_it_should_ = UncaughtOfThisThread() == 1; }

 private:
  bool* const as_it_should_;
};

[[noreturn]] void Throw(const std::string& text, bool* unwound) {
  const Unwound watched(unwound);
  SwitchToThread();
  throw std::runtime_error(text);
}

// Exceptions inside the handlers of others, each of which is the one that was thrown here.
bool ThrowNested(int thread, int depth) {
  const std::string text = std::to_string(thread) + "/" + std::to_string(depth);
  bool unwound = false;
  try {
    Throw(text, &unwound);
  } catch (const std::runtime_error& error) {
    SwitchToThread();
    const std::exception_ptr kept = std::current_exception();
    if (depth > 0 && !ThrowNested(thread, depth - 1)) return false;
    try {
      if (depth % 2 == 0) std::rethrow_exception(kept);
      throw;
    } catch (const std::runtime_error& again) {
      return unwound && error.what() == text && again.what() == text && UncaughtOfThisThread() == 0;
    }
  }
  return false;
}

}  // namespace
}  // namespace rasshost

extern "C" {

// Whether all was as it should be, on the thread of this number.
__declspec(dllexport) bool UseRuntime(int thread) {
  static const rasshost::Slow once;
  if (rasshost::made != 1) return false;
  for (int i = 0; i < 20; ++i) {
    if (!rasshost::ThrowNested(thread, i % 5)) return false;
  }
  return true;
}
}
