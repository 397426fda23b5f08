using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Mlops.Core.Tests.Pipelines;
using Mlops.Core.Yaml;

namespace Mlops.Core.Tests.Yaml;

public sealed class YamlRemoverTests
{
    [Theory]
    [InlineData("v:\n  x: 1 # one\n  y: 2 # two\nb: 2\n", "v.x", "v:\n  y: 2 # two\nb: 2\n")]
    [InlineData("v:\n  x: 1 # one\n  y: 2 # two\nb: 2\n", "v.y", "v:\n  x: 1 # one\nb: 2\n")]
    [InlineData("v:\n  # about x\n  x: 1\n\n  # about y\n  y: 2\n", "v.x", "v:\n  # about x\n\n  # about y\n  y: 2\n")]
    [InlineData("v:\n  x: |\n    long\n    text\n  # about y\n  y: 2\n", "v.x", "v:\n  # about y\n  y: 2\n")]
    [InlineData("v:\n  x:\n  - 1\n  - {a: 2}\n  y: 2\n", "v.x", "v:\n  y: 2\n")]
    [InlineData("v:\n  x:\n  y: 2\n", "v.x", "v:\n  y: 2\n")]
    [InlineData("v:\n  y: 2\n  x:   # nothing yet\nb: 1\n", "v.x", "v:\n  y: 2\nb: 1\n")]
    [InlineData("v:\n  y: 2\n  x: 1", "v.x", "v:\n  y: 2\n")]
    [InlineData("v:\r\n  x: 1\r\n  y: 2\r\n", "v.x", "v:\r\n  y: 2\r\n")]
    [InlineData("v:\n  x: 1\nb: 2\n", "v.x", "v: {}\nb: 2\n")]
    [InlineData("v: {x: 1}\n", "v.x", "v: {}\n")]
    [InlineData("v: {x: 1, y: 2} # both\n", "v.x", "v: {y: 2} # both\n")]
    [InlineData("v: {x: 1, y: [2, 3]} # both\n", "v.y", "v: {x: 1} # both\n")]
    [InlineData("v: {\n  x: 1, # one\n  y: 2\n}\n", "v.y", "v: {\n  x: 1 # one\n\n}\n")]
    [InlineData("v: {x: 'a, b: {', y: 2}\n", "v.x", "v: {y: 2}\n")]
    [InlineData("a: &n 1\nv:\n  x: *n\n  y: 2\n", "v.x", "a: &n 1\nv:\n  y: 2\n")]
    [InlineData("a: &n 1\nv: {y: 2, x: *n}\n", "v.x", "a: &n 1\nv: {y: 2}\n")]
    [InlineData("v:\n  'x' : 1\n  y: 2\n", "v.x", "v:\n  y: 2\n")]
    [InlineData("\uFEFFa: 1\nv:\n  ü: 🚢\n  x: 1\n", "v.x", "\uFEFFa: 1\nv:\n  ü: 🚢\n")]
    public void A_key_is_removed_and_all_else_stays(string text, string path, string expected) => Assert.Equal(expected, YamlRemover.Remove(text, path.Split('.')));

    [Theory]
    [InlineData("v:\n  x: &n 1\n  y: *n\n")]
    [InlineData("base: &b {x: 1}\nv:\n  <<: *b\n  y: 2\n")]
    [InlineData("base: &b {x: 1}\nv:\n  <<: *b\n  x: 2\n")]
    [InlineData("base: &b {x: 1}\nv: {x: 2, <<: *b}\n")]
    [InlineData("base: &b {x: 1}\nv:\n  x: 2\n  <<: *b\n")]
    [InlineData("v:\n  y: 2\n")]
    [InlineData("v: 1\n")]
    [InlineData("v:\n")]
    [InlineData("- v\n")]
    [InlineData("")]
    public void What_is_not_there_or_cannot_be_removed_in_place_is_left(string text) => Assert.Null(YamlRemover.Remove(text, ["v", "x"]));

    [Fact]
    public void Any_variable_that_was_set_in_a_file_of_Mage_is_removed_without_another_change() =>
        Gen.Select(Gen.String[Gen.Char[' ', '\u017F'], 1, 12], Gen.OneOf(Gen.Const("1"), Gen.Const("[1,\"a, b\"]"), Gen.String[Gen.Char['\0', '\uD7FF'], 0, 20].Select(text => JsonSerializer.Serialize(text)))).Sample((name, json) =>
        {
            var set = YamlEditor.Set(MagePipeline.Text, ["variables", name], JsonElement.Parse(json))!;

            var removed = YamlRemover.Remove(set, ["variables", name]);

            var wanted = ToNode(set);
            wanted!["variables"]!.AsObject().Remove(name);
            Assert.NotNull(removed);
            Assert.True(JsonNode.DeepEquals(wanted, ToNode(removed)));
            Assert.Empty(removed.Split('\n').Except(set.Split('\n')));
        });

    private static JsonNode? ToNode(string text) => JsonNode.Parse(YamlJson.ToJson(YamlReader.Read(text)).GetRawText());
}
