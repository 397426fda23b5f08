using System.Text.Json;
using Mlops.Core.Yaml;

namespace Mlops.Core.Tests.Yaml;

public sealed class YamlListEditorTests
{
    private static readonly (string Key, JsonElement Value)[] Item = [("name", Json("\"new: one\"")), ("settings", Json("{\"a\": [1, null]}"))];

    [Theory]
    [InlineData("", "triggers:\n- name: \"new: one\"\n  settings: {a: [1, null]}\n")]
    [InlineData("# only a comment\n", "# only a comment\ntriggers:\n- name: \"new: one\"\n  settings: {a: [1, null]}\n")]
    [InlineData("triggers: [] # none\nother: 1\n", "triggers: # none\n- name: \"new: one\"\n  settings: {a: [1, null]}\nother: 1\n")]
    [InlineData("triggers:\n", "triggers:\n- name: \"new: one\"\n  settings: {a: [1, null]}\n")]
    [InlineData("triggers: null\n", "triggers:\n- name: \"new: one\"\n  settings: {a: [1, null]}\n")]
    [InlineData("triggers:\n- name: a # x", "triggers:\n- name: a # x\n- name: \"new: one\"\n  settings: {a: [1, null]}\n")]
    [InlineData("triggers:\n  - name: a\n    b:\n      c: 1\n\n# end\nother: 1\n", "triggers:\n  - name: a\n    b:\n      c: 1\n  - name: \"new: one\"\n    settings: {a: [1, null]}\n\n# end\nother: 1\n")]
    [InlineData("triggers:\r\n- name: a\r\n", "triggers:\r\n- name: a\r\n- name: \"new: one\"\r\n  settings: {a: [1, null]}\r\n")]
    [InlineData("triggers: [{name: a}] # x\n", "triggers: [{name: a}, {name: \"new: one\", settings: {a: [1, null]}}] # x\n")]
    public void An_item_is_added_at_the_end_and_all_else_stays(string text, string expected) => Assert.Equal(expected, YamlListEditor.Append(text, "triggers", Item));

    [Theory]
    [InlineData("triggers: 3\n")]
    [InlineData("triggers: &a [{name: x}]\nother: *a\n")]
    [InlineData("- a\n")]
    [InlineData("just text\n")]
    public void What_cannot_be_added_to_in_place_is_left_alone(string text)
    {
        var edited = YamlListEditor.Append(text, "triggers", Item);

        Assert.True(edited is null || YamlReader.Read(edited) is YamlMap, edited);
    }

    [Theory]
    [InlineData("triggers:\n# 1\n- name: a # x\n  # inside\n  b: 1\n# 2\n- name: b\n", 0, "triggers:\n# 1\n# 2\n- name: b\n")]
    [InlineData("triggers:\n- name: a\n\n-   name: b\n    text: |\n      - c\n\n# end\n", 1, "triggers:\n- name: a\n\n\n# end\n")]
    [InlineData("triggers:\n- name: a-b\n-\n  name: b\n- name: c", 1, "triggers:\n- name: a-b\n- name: c")]
    [InlineData("triggers:\n- name: a\nother: 1\n", 0, "triggers: []\nother: 1\n")]
    [InlineData("triggers: [{name: a}, {name: b}]\n", 0, "triggers: [{name: b}]\n")]
    public void An_item_is_removed_and_all_else_stays(string text, int index, string expected) => Assert.Equal(expected, YamlListEditor.Remove(text, "triggers", index));

    [Fact]
    public void An_item_that_is_not_there_is_not_removed()
    {
        Assert.Null(YamlListEditor.Remove("triggers:\n- a\n", "triggers", 1));
        Assert.Null(YamlListEditor.Remove("other: 1\n", "triggers", 0));
    }

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
