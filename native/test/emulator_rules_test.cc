// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "emulator/portable/rules.h"

namespace rasshost {
namespace {

TEST_CASE("every rule is described, with a statement") {
  for (int number = 0; number <= static_cast<int>(Rule::kCrash); ++number) {
    const RuleText& text = Describe(static_cast<Rule>(number));
    CAPTURE(text.name);
    CHECK(text.rule == static_cast<Rule>(number));
    CHECK(text.statement.size() == 5);
    CHECK_FALSE(text.text.empty());
  }
}

TEST_CASE("the heading of a rule names grade, statement and rule") {
  CHECK(RuleHeading(Describe(Rule::kEndBlocked)) == "violation of SD-27 (end-blocked)");
  CHECK(RuleHeading(Describe(Rule::kUnwipedBuffers)) == "warning about SD-32 (unwiped-buffers)");
  CHECK(RuleHeading(Describe(Rule::kCrossedEnd)) == "note about SD-26 (crossed-end)");
}

}  // namespace
}  // namespace rasshost
