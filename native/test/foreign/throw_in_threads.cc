// SPDX-License-Identifier: MIT
// throw_in_threads.exe DLL THREADS ROUNDS: threads that have been there before the DLL is loaded,
// and are there after it has been freed, throw exceptions in it at the same time; as many that
// start meanwhile do, too. In each round the DLL is loaded anew. Prints how many times it went
// wrong.
#include <windows.h>

#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

#include "windows/srw_condition.h"
#include "windows/srw_lock.h"

namespace {

// Not std::barrier: with mingw-w64's library all of its threads were once found asleep in it.
class Barrier {
 public:
  explicit Barrier(int threads) : threads_(threads) {}

  void ArriveAndWait() {
    rasshost::SrwCondition::Guard guard(lock_);
    if (++arrived_ == threads_) {
      arrived_ = 0;
      ++round_;
      return all_there_.NotifyAll();
    }
    all_there_.Wait(guard, [this, round = round_] { return round_ != round; });
  }

 private:
  const int threads_;
  rasshost::SrwLock lock_;
  rasshost::SrwCondition all_there_;
  int arrived_ = 0;
  int round_ = 0;
};

}  // namespace

int wmain(int argc, wchar_t** argv) {
  if (argc != 4) return 2;
  const int threads = _wtoi(argv[2]);
  const int rounds = _wtoi(argv[3]);
  bool(__cdecl * use_runtime)(int) = nullptr;
  std::atomic<int> wrong = 0;
  Barrier together(threads + 1);
  const auto use = [&](int thread) {
    if (!use_runtime(thread)) ++wrong;
  };
  std::vector<std::jthread> old_ones;
  for (int thread = 0; thread < threads; ++thread) {
    old_ones.emplace_back([&, thread] {
      for (int round = 0; round < rounds; ++round) {
        together.ArriveAndWait();
        use(thread);
        together.ArriveAndWait();
      }
    });
  }
  for (int round = 0; round < rounds; ++round) {
    const HMODULE dll = LoadLibraryW(argv[1]);
    use_runtime = reinterpret_cast<decltype(use_runtime)>(
        reinterpret_cast<void*>(GetProcAddress(dll, "UseRuntime")));
    if (use_runtime == nullptr) std::_Exit(1);
    together.ArriveAndWait();
    {
      std::vector<std::jthread> new_ones;
      for (int thread = 0; thread < threads; ++thread) new_ones.emplace_back(use, threads + thread);
    }
    together.ArriveAndWait();
    if (!FreeLibrary(dll) || GetModuleHandleW(argv[1]) != nullptr) std::_Exit(1);
  }
  old_ones.clear();
  std::printf("%d\n", wrong.load());
  return 0;
}
