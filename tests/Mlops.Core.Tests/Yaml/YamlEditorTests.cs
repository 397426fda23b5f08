using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Mlops.Core.Tests.Pipelines;
using Mlops.Core.Yaml;

namespace Mlops.Core.Tests.Yaml;

public sealed class YamlEditorTests
{
    private static readonly string[] Tricky = ["yes", "1e5", "0x1F", "- a", "a: b", "#", " a", "a ", "~", "[", "a #b", "@daily", "a,b", "<<", "---"];

    [Theory]
    [InlineData("a: 1 # one\nb: 2\n", "a", "5", "a: 5 # one\nb: 2\n")]
    [InlineData("a: 'x'\n", "a", "\"plain text\"", "a: plain text\n")]
    [InlineData("a: x\n", "a", "\"yes\"", "a: \"yes\"\n")]
    [InlineData("a: x\n", "a", "\"12\"", "a: \"12\"\n")]
    [InlineData("a: x\n", "a", "\"a: b # c\"", "a: \"a: b # c\"\n")]
    [InlineData("a: x\n", "a", "\"two\\nlines \\\"quoted\\\" 🚢 é\"", "a: \"two\\nlines \\\"quoted\\\" 🚢 é\"\n")]
    [InlineData("a:\nb: 2\n", "a", "1", "a: 1\nb: 2\n")]
    [InlineData("a:   # nothing yet\nb: 2\n", "a", "1", "a: 1   # nothing yet\nb: 2\n")]
    [InlineData("a: |\n  long\n  text\n# about b\nb: 2\n", "a", "\"short\"", "a: short\n# about b\nb: 2\n")]
    [InlineData("a: >-\n  long\n\n\nb: 2\n", "a", "null", "a: null\n\n\nb: 2\n")]
    [InlineData("t:\n- x\n- y\n# end\nb: 2\n", "t", "[\"one\",\"two, three\"]", "t:\n- one\n- \"two, three\"\n# end\nb: 2\n")]
    [InlineData("t: # tags\n  - x\nb: 2\n", "t", "[\"one\",\"two\"]", "t: # tags\n  - one\n  - two\nb: 2\n")]
    [InlineData("t: # tags\n  - x\nb: 2\n", "t", "[]", "t: [] # tags\nb: 2\n")]
    [InlineData("t: [x, y]\n", "t", "[\"one\"]", "t: [one]\n")]
    [InlineData("a: 1\n", "b", "{\"c\":[1,\"x\"],\"d e\":null}", "a: 1\nb: {c: [1, x], d e: null}\n")]
    [InlineData("a: 1", "b", "2", "a: 1\nb: 2\n")]
    [InlineData("", "b", "2", "b: 2\n")]
    [InlineData("# only a comment\n", "b", "2", "# only a comment\nb: 2\n")]
    [InlineData("{a: 1}\n", "b", "2", "{a: 1, b: 2}\n")]
    [InlineData("a: 1 # one\n\n# the end\n", "b", "2", "a: 1 # one\nb: 2\n\n# the end\n")]
    [InlineData("v:\n  x: 1 # first\nb: 2\n", "v.y", "2", "v:\n  x: 1 # first\n  y: 2\nb: 2\n")]
    [InlineData("v: {x: 1}\n", "v.y", "2", "v: {x: 1, y: 2}\n")]
    [InlineData("v: {}\n", "v.y", "2", "v: {y: 2}\n")]
    [InlineData("v: null\n", "v.y", "2", "v: {y: 2}\n")]
    [InlineData("a: 1\n", "v.y", "2", "a: 1\nv: {y: 2}\n")]
    [InlineData("l:\n- n: 1\n  s: x\n- n: 2\n", "l.1.s", "\"y\"", "l:\n- n: 1\n  s: x\n- n: 2\n  s: y\n")]
    [InlineData("a: 1\r\nb: 2\r\n", "c", "3", "a: 1\r\nb: 2\r\nc: 3\r\n")]
    [InlineData("\uFEFFa: 1\nb: 2\n", "b", "3", "\uFEFFa: 1\nb: 3\n")]
    [InlineData("ü: 🚢\na: 1\n", "a", "3", "ü: 🚢\na: 3\n")]
    [InlineData("'a' : 1\n", "a", "3", "'a' : 3\n")]
    [InlineData("a: &x 1\nb: 2\n", "b", "3", "a: &x 1\nb: 3\n")]
    public void A_value_is_set_and_all_else_stays(string text, string path, string json, string expected) =>
        Assert.Equal(expected, YamlEditor.Set(text, path.Split('.'), JsonElement.Parse(json)));

    [Theory]
    [InlineData("a: &x 1\nb: *x\n", "b")]
    [InlineData("a: &x 1\nb: *x\n", "a")]
    [InlineData("base: &b {x: 1}\nv:\n  <<: *b\n", "base.x")]
    [InlineData("- a\n", "a")]
    [InlineData("l: [1]\n", "l.5.s")]
    public void What_cannot_be_set_without_touching_something_else_is_left(string text, string path)
    {
        var edited = YamlEditor.Set(text, path.Split('.'), JsonElement.Parse("7"));

        // Either refused, or right in the end: never something else.
        Assert.True(edited is null || JsonNode.DeepEquals(With(text, path.Split('.'), "7"), ToNode(edited)));
    }

    [Fact]
    public void Any_variable_is_set_in_a_file_of_Mage_without_another_change() =>
        Gen.Select(Gen.OneOf(Gen.Const("random_state"), Gen.String[Gen.Char[' ', '\u017F'], 1, 12]), Json()).Sample((name, json) =>
        {
            var edited = YamlEditor.Set(MagePipeline.Text, ["variables", name], JsonElement.Parse(json));

            Assert.NotNull(edited);
            Assert.True(JsonNode.DeepEquals(With(MagePipeline.Text, ["variables", name], json), ToNode(edited)));
            var before = MagePipeline.Text.Split('\n');
            var after = edited.Split('\n');
            Assert.Equal(before.Length + (name is "random_state" or "max_evaluations" ? 0 : 1), after.Length);
            Assert.Equal(name == "random_state" && json != "7" ? 1 : 0, before.Except(after).Count());
        });

    private static Gen<string> Json() => Gen.OneOf(
        Gen.Int.Select(value => JsonSerializer.Serialize(value)),
        Gen.Double[-1e9, 1e9].Select(value => JsonSerializer.Serialize(value)),
        Gen.Bool.Select(value => JsonSerializer.Serialize(value)),
        Gen.Const("null"),
        Gen.String[Gen.Char['\0', '\uD7FF'], 0, 20].Select(value => JsonSerializer.Serialize(value)),
        Gen.Int[0, Tricky.Length - 1].Select(i => JsonSerializer.Serialize(Tricky[i])),
        Gen.String[0, 5].Array[0, 3].Where(values => values.All(value => !value.Any(char.IsSurrogate))).Select(values => JsonSerializer.Serialize(values)),
        Gen.Int.Array[0, 3].Select(values => JsonSerializer.Serialize(new { list = values, nested = new { text = "a, b" } })));

    private static JsonNode? With(string text, string[] path, string json)
    {
        var root = ToNode(text)!;
        var node = root;
        foreach (var step in path[..^1])
        {
            node = node is JsonArray array && int.TryParse(step, out var index) && index < array.Count ? array[index]! : (node as JsonObject)?[step];
            if (node is null)
            {
                return null;
            }
        }

        if (node is JsonObject map)
        {
            map[path[^1]] = JsonNode.Parse(json);
        }

        return root;
    }

    private static JsonNode? ToNode(string text) => JsonNode.Parse(YamlJson.ToJson(YamlReader.Read(text)).GetRawText());
}
