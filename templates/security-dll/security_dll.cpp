// A RAS security DLL: the RAS server calls RasSecurityDialogBegin for each caller before PPP begins,
// and waits for the verdict.
#include <map>
#include <memory>
#include <new>

#include "dialog.h"

namespace {

// The dialogs that go on, by their port. A port has one call at a time.
class Dialogs {
 public:
  void Add(HPORT port, const std::shared_ptr<Dialog>& dialog) {
    AcquireSRWLockExclusive(&lock_);
    try {
      dialogs_[port] = dialog;
    } catch (...) {
      ReleaseSRWLockExclusive(&lock_);
      throw;
    }
    ReleaseSRWLockExclusive(&lock_);
  }

  std::shared_ptr<Dialog> Remove(HPORT port) {
    AcquireSRWLockExclusive(&lock_);
    auto node = dialogs_.extract(port);
    ReleaseSRWLockExclusive(&lock_);
    return node.empty() ? nullptr : std::move(node.mapped());
  }

 private:
  SRWLOCK lock_ = SRWLOCK_INIT;
  std::map<HPORT, std::shared_ptr<Dialog>> dialogs_;  // lock_
};

Dialogs dialogs;

template <typename Function>
bool Find(HMODULE library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(library, name)));
  return *function != nullptr;
}

// In the server's process Rasman.dll is loaded already; nothing but the system's is meant.
DWORD FindRasman(Rasman* rasman) {
  HMODULE library = GetModuleHandleW(L"Rasman.dll");
  if (library == nullptr) {
    library = LoadLibraryExW(L"Rasman.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  }
  if (library == nullptr) return ERROR_DLL_NOT_FOUND;
  const bool found = Find(library, "RasSecurityDialogSend", &rasman->send) &&
                     Find(library, "RasSecurityDialogReceive", &rasman->receive) &&
                     Find(library, "RasSecurityDialogGetInfo", &rasman->get_info);
  return found ? NO_ERROR : ERROR_PROC_NOT_FOUND;
}

// A dialog's thread may still return through this code after its call: the DLL stays loaded.
void StayLoaded() {
  HMODULE self = nullptr;
  GetModuleHandleExW(
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
      reinterpret_cast<LPCWSTR>(&dialogs), &self);
}

DWORD WINAPI RunDialog(void* argument) {
  const std::unique_ptr<std::shared_ptr<Dialog>> dialog(
      static_cast<std::shared_ptr<Dialog>*>(argument));
  try {
    (*dialog)->Run();
  } catch (...) {
    // Without memory there is no verdict; the server ends the call when its own time has passed.
  }
  return 0;
}

}  // namespace

extern "C" {

// Never waits: until it returns, the server takes no other call. NO_ERROR promises one Complete.
DWORD WINAPI RasSecurityDialogBegin(HPORT port, PBYTE send_buffer, DWORD send_size,
                                    PBYTE receive_buffer, DWORD receive_size,
                                    RasSecurityDialogComplete complete) {
  try {
    Rasman rasman{};
    if (const DWORD error = FindRasman(&rasman); error != NO_ERROR) return error;
    if (send_size == 0 || receive_size == 0) return ERROR_INVALID_PARAMETER;
    const Call call{port, send_buffer, send_size, receive_buffer, receive_size, complete};
    const auto dialog = std::make_shared<Dialog>(call, rasman);
    if (!dialog->is_ready()) return ERROR_OUTOFMEMORY;
    StayLoaded();
    dialogs.Add(port, dialog);
    auto argument = std::make_unique<std::shared_ptr<Dialog>>(dialog);
    const HANDLE thread = CreateThread(nullptr, 0, RunDialog, argument.get(), 0, nullptr);
    if (thread == nullptr) {
      dialogs.Remove(port);
      return ERROR_OUTOFMEMORY;
    }
    argument.release();
    CloseHandle(thread);
    return NO_ERROR;
  } catch (const std::bad_alloc&) {
    return ERROR_OUTOFMEMORY;
  }
}

// An error says that this call is over for us: nothing of it is used from here on.
DWORD WINAPI RasSecurityDialogEnd(HPORT port) {
  if (const auto dialog = dialogs.Remove(port)) dialog->End();
  return ERROR_PORT_DISCONNECTED;
}

}  // extern "C"
