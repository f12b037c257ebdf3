// SPDX-License-Identifier: MIT
#include "security_dll/settings.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "common/setting_value.h"
#include "security_dll/guarded.h"
#include "windows/unique_handle.h"
#include "windows/utf.h"

namespace rasshost {
namespace {

// If the system has no memory, its answer says nothing about the value: the next call may get it.
void ThrowIfScarce(LSTATUS status) {
  if (status == ERROR_OUTOFMEMORY || status == ERROR_NOT_ENOUGH_MEMORY ||
      status == ERROR_NO_SYSTEM_RESOURCES) {
    throw SystemError{static_cast<DWORD>(status)};
  }
}

// One reading of the values of a key.
class Reader {
 public:
  Reader(HKEY key, std::vector<PassedOver>& passed_over) : key_(key), passed_over_(passed_over) {}

  std::wstring Text(const wchar_t* name) {
    std::wstring text;
    Take(name, [&](const SettingValue& value) { return ReadText(value, text); });
    return text;
  }

  std::wstring Path(const wchar_t* name, PathOf what) {
    std::wstring path = Text(name);
    if (path.empty()) return path;
    std::string fault = PathFault(path, what);
    if (fault.empty()) return path;
    PassOver(name, std::move(fault));
    return {};
  }

  void Number(const wchar_t* name, std::uint32_t least, std::uint32_t most, DWORD& number) {
    Take(name, [&](const SettingValue& value) {
      std::uint32_t read = number;
      std::string why = ReadNumber(value, least, most, read);
      number = read;
      return why;
    });
  }

  template <typename Word>
  void OneOf(const wchar_t* name, std::initializer_list<std::pair<std::wstring_view, Word>> words,
             Word& word) {
    const std::wstring text = Text(name);
    if (text.empty()) return;
    const auto found = std::find_if(words.begin(), words.end(),
                                    [&](const auto& each) { return each.first == text; });
    if (found != words.end()) {
      word = found->second;
    } else {
      std::string allowed;
      for (const auto& each : words) allowed += (allowed.empty() ? "" : ", ") + ToUtf8(each.first);
      PassOver(name, "not one of " + allowed);
    }
  }

 private:
  // Has `read` take the value, unless there is none.
  template <typename Read>
  void Take(const wchar_t* name, Read read) {
    DWORD type = 0;
    auto size = static_cast<DWORD>(buffer_.size());
    // Not RegGetValue: it repairs some malformed values, so that they would look well formed.
    const LSTATUS status = RegQueryValueExW(key_, name, nullptr, &type,
                                            reinterpret_cast<BYTE*>(buffer_.data()), &size);
    if (status == ERROR_FILE_NOT_FOUND) return;
    ThrowIfScarce(status);
    std::string why;
    if (status == ERROR_MORE_DATA) {
      why = "longer than any setting may be";
    } else if (status != ERROR_SUCCESS) {
      why = "it can't be read: error " + std::to_string(status);
    } else {
      why = read(SettingValue{type, {buffer_.data(), size}});
    }
    if (!why.empty()) PassOver(name, std::move(why));
  }

  void PassOver(const wchar_t* name, std::string why) {
    passed_over_.push_back({ToUtf8(name), std::move(why)});
  }

  const HKEY key_;
  std::vector<PassedOver>& passed_over_;
  std::vector<std::byte> buffer_ =
      std::vector<std::byte>((kLongestText + 1) * sizeof(wchar_t));  // a NUL besides
};

}  // namespace

Settings Settings::Read(const wchar_t* key_name) {
  Settings settings;
  UniqueRegKey key;
  const LSTATUS opened =
      RegOpenKeyExW(HKEY_LOCAL_MACHINE, key_name, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, key.put());
  ThrowIfScarce(opened);
  if (opened != ERROR_SUCCESS) {
    if (opened != ERROR_FILE_NOT_FOUND) {
      settings.passed_over.push_back(
          {"all", "the key can't be opened: error " + std::to_string(opened)});
    }
    return settings;
  }
  Reader reader(key.get(), settings.passed_over);
  settings.node_path = reader.Path(L"NodePath", PathOf::kFile);
  settings.worker_path = reader.Path(L"WorkerPath", PathOf::kFile);
  settings.policy_path = reader.Path(L"PolicyPath", PathOf::kFile);
  settings.node_arguments = reader.Text(L"NodeArguments");
  settings.log_path = reader.Path(L"LogPath", PathOf::kFile);
  settings.tape_directory = reader.Path(L"TapeDirectory", PathOf::kDirectory);
  reader.OneOf<Placement>(L"Placement",
                          {{L"worker", Placement::kWorker}, {L"in-process", Placement::kInProcess}},
                          settings.placement);
  reader.OneOf<WorkerToken>(L"WorkerToken",
                            {{L"service", WorkerToken::kService},
                             {L"restricted", WorkerToken::kRestricted},
                             {L"same", WorkerToken::kSame}},
                            settings.worker_token);
  reader.Number(L"DialogSeconds", 1, 3600, settings.dialog_seconds);
  reader.Number(L"StartSeconds", 1, 600, settings.start_seconds);
  reader.Number(L"HoldSeconds", 1, 600, settings.hold_seconds);
  reader.Number(L"SilenceSeconds", 2, 600, settings.silence_seconds);
  reader.Number(L"SpareWorkers", 0, 1, settings.spare_workers);
  reader.Number(L"RecycleDialogs", 1, 1'000'000, settings.recycle_dialogs);
  reader.Number(L"RecycleHours", 1, 8'760, settings.recycle_hours);
  reader.Number(L"MemoryMegabytes", 128, 65'536, settings.memory_megabytes);
  reader.Number(L"LogMegabytes", 1, 4'000, settings.log_megabytes);
  reader.Number(L"WatchPolicy", 0, 1, settings.watch_policy);
  return settings;
}

std::wstring ReadReloadRequest(HKEY settings_key) {
  // A malformed value is no request.
  std::vector<PassedOver> passed_over;
  return Reader(settings_key, passed_over).Text(L"ReloadRequest");
}

}  // namespace rasshost
