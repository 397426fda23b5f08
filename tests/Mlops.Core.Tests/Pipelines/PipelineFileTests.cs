using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Tests.Projects;

namespace Mlops.Core.Tests.Pipelines;

public sealed class PipelineFileTests : IDisposable
{
    private const string File = "pipelines/x/metadata.yaml";

    private readonly TestPlatform _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public void A_pipeline_as_Mage_writes_it_is_read_whole()
    {
        _platform.WithPipeline("sklearn_training", MagePipeline.Text, "custom/load_models.py", "transformers/hyperparameter_tuning/sklearn.py");

        var pipeline = _platform.Read("sklearn_training");

        Assert.Empty(pipeline.Problems);
        Assert.Equal("sklearn training", pipeline.Name);
        Assert.Equal("Trains models.", pipeline.Description);
        Assert.Equal(["business critical"], pipeline.Tags);
        Assert.Equal(["max_evaluations", "random_state"], pipeline.Variables.Keys);
        Assert.Equal(["load_models", "training_set", "hyperparameter_tuning/sklearn"], pipeline.Blocks.Select(block => block.Uuid));
        Assert.Equal(_platform.Path("p/custom/load_models.py"), pipeline.Blocks[0].FilePath);
        Assert.Equal("teal", pipeline.Blocks[0].Color);
        Assert.True(pipeline.Blocks[0].Configuration["dynamic"].GetBoolean());
        Assert.Null(pipeline.Blocks[1].FilePath);
        Assert.Equal(_platform.Path("p/transformers/hyperparameter_tuning/sklearn.py"), pipeline.Blocks[2].FilePath);
        Assert.Equal(["training_set", "load_models"], pipeline.Graph!["hyperparameter_tuning/sklearn"].UpstreamBlocks);
        Assert.Equal(2, pipeline.Graph.Layers.Count);
    }

    [Theory]
    [InlineData("name: x\nuuid: x\ntype: python\nblocks:\n")]
    [InlineData("name: x\nuuid: x\ntype: python\nblocks: []\n")]
    [InlineData("blocks: ~\n")]
    [InlineData("\uFEFFname: x\r\nblocks:\r\n")]
    public void The_smallest_files_that_Mage_takes_are_valid(string text)
    {
        var pipeline = _platform.WithPipeline("x", text).Read("x");

        Assert.Empty(pipeline.Problems);
        Assert.Equal("x", pipeline.Name);
        Assert.Empty(pipeline.Graph!.Blocks);
    }

    [Fact]
    public void A_block_is_found_where_file_source_says_from_the_folder_of_all_projects()
    {
        _platform.Write("other/custom/shared.cs", "// a block");
        var pipeline = _platform.WithPipeline(
            "x", "blocks:\n- {uuid: a, type: custom, language: csharp, configuration: {file_source: {path: other/custom/shared.cs}}}\n").Read("x");

        Assert.Empty(pipeline.Problems);
        Assert.Equal(_platform.Path("other/custom/shared.cs"), pipeline.Blocks[0].FilePath);
    }

    [Theory]
    [InlineData("unit_2_training/custom/a.cs", "custom/a.cs")]
    [InlineData("unit_2_training/custom/moved/here.cs", "custom/moved/here.cs")]
    [InlineData("/home/src/unit_2/custom/a.cs", "custom/a.cs")]
    public void A_file_source_of_long_ago_falls_back_into_the_project(string source, string file)
    {
        var pipeline = _platform.WithPipeline(
            "x", $"blocks:\n- {{uuid: a, type: custom, language: csharp, configuration: {{file_source: {{path: {source}}}}}}}\n", file).Read("x");

        Assert.Empty(pipeline.Problems);
        Assert.Equal(_platform.Path("p/" + file), pipeline.Blocks[0].FilePath);
    }

    [Fact]
    public void A_replicated_block_has_the_file_of_its_original()
    {
        var pipeline = _platform.WithPipeline(
            "x", "blocks:\n- {uuid: copy, type: custom, language: csharp, replicated_block: a}\n", "custom/a.cs").Read("x");

        Assert.Equal(_platform.Path("p/custom/a.cs"), pipeline.Blocks[0].FilePath);
    }

    [Fact]
    public void A_missing_file_names_the_path_that_was_tried() => AssertProblem(
        """
        blocks:
        - uuid: train
          type: trainer
          language: csharp
        """,
        line: 2, column: 9, block: "train",
        "The file of block 'train' (Trainer, C#) is missing. Looked for trainers/train.cs. Create it, or correct the block's uuid, type or language.");

    [Theory]
    [InlineData("../../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\\b")]
    [InlineData("\"a\\0b\"")]
    public void A_uuid_that_leads_out_of_the_project_is_refused(string uuid)
    {
        var problem = Assert.Single(_platform.WithPipeline("x", $"blocks:\n- {{uuid: {uuid}, type: custom, language: csharp}}\n").Read("x").Problems);

        Assert.True(problem.IsError);
        Assert.Contains("The path", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_behind_a_link_out_of_the_project_is_refused()
    {
        var outside = _platform.Write("outside.cs", "// not ours");
        Directory.CreateDirectory(_platform.Path("p/custom"));
        System.IO.File.CreateSymbolicLink(_platform.Path("p/custom/a.cs"), outside);

        var pipeline = _platform.WithPipeline("x", "blocks:\n- {uuid: a, type: custom, language: csharp}\n").Read("x");

        Assert.Contains("leads out of its folder", Assert.Single(pipeline.Problems).Message, StringComparison.Ordinal);
        Assert.Null(pipeline.Blocks[0].FilePath);
    }

    [Fact]
    public void Text_that_is_no_YAML_is_reported_with_its_line_and_column()
    {
        var problem = Assert.Single(_platform.WithPipeline("x", "name: x\nblocks: [a, b\ntype: python\n").Read("x").Problems);

        Assert.Equal(
            new PipelineProblem("The YAML breaks off here. A bracket, a brace or a quote is probably not closed.", true, File, 2, 11), problem with { Excerpt = null });
    }

    [Fact]
    public void A_tab_in_the_indentation_says_how_to_mend_it()
    {
        var problem = Assert.Single(_platform.WithPipeline("x", "blocks:\n\t- uuid: a\n").Read("x").Problems);

        Assert.Equal(2, problem.Line);
        Assert.Contains("never tabs", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_block_type_lists_the_types() => AssertProblem(
        """
        blocks:
        - uuid: a
          type: data_loadr
          language: csharp
        - uuid: b
          type: transformer
          language: csharp
          upstream_blocks: [a]
        """,
        line: 3, column: 9, block: "a",
        $"Block 'a' has the type 'data_loadr', which is not known. Write one of {string.Join(", ", BlockType.All)}.",
        "transformers/b.cs");

    [Fact]
    public void An_unknown_language_lists_the_languages() => AssertProblem(
        "blocks:\n- {uuid: a, type: custom, language: cobol}\n", 2, 37, "a",
        "Block 'a' has the language 'cobol', which is not known. Write one of csharp, sql, python, r, yaml, markdown.");

    [Fact]
    public void An_unknown_upstream_block_is_reported_where_it_is_named() => AssertProblem(
        """
        blocks:
        - uuid: a
          type: custom
          language: csharp
          upstream_blocks:
          - gone
        """,
        line: 6, column: 5, block: "a",
        "Block 'a' takes the output of 'gone', but the pipeline has no block of that uuid. Correct the name in upstream_blocks, or remove it.",
        "custom/a.cs");

    [Fact]
    public void The_second_of_two_equal_uuids_is_reported() => AssertProblem(
        "blocks:\n- {uuid: a, type: custom, language: csharp}\n- {uuid: a, type: custom, language: csharp}\n", 3, 10, "a",
        "Two blocks have the uuid 'a'. Give one of them another uuid, and name it where it is upstream.",
        "custom/a.cs");

    [Fact]
    public void A_cycle_is_reported_with_its_blocks() => AssertProblem(
        "blocks:\n- {uuid: a, type: custom, language: csharp, upstream_blocks: [b]}\n- {uuid: b, type: custom, language: csharp, upstream_blocks: [a]}\n",
        2, 63, "a",
        "The blocks 'a' → 'b' form a cycle: each waits for the one before it, and the first for the last. Remove one of them from the upstream_blocks of the next.",
        "custom/a.cs", "custom/b.cs");

    [Fact]
    public void A_key_given_twice_is_reported() => AssertProblem(
        "name: x\ntags: []\nname: y\n", 3, 1, null, "The key 'name' is given twice, first in line 1. Remove one.");

    [Fact]
    public void A_pipeline_type_that_does_not_run_yet_is_an_error() => AssertProblem(
        "type: streaming\n", 1, 7, null, "Pipelines of type 'streaming' are listed but cannot be run yet. Those of type 'python' (standard, batch) can.");

    [Fact]
    public void An_unknown_pipeline_type_is_an_error() => AssertProblem(
        "type: pyton\n", 1, 7, null, "'pyton' is no pipeline type. Write one of python, streaming, integration, pyspark, databricks, execution_framework.");

    [Fact]
    public void A_file_that_is_a_list_is_an_error() => AssertProblem(
        "- a\n", 1, 1, null, "The file must be a mapping with name, uuid, type and blocks; found a list.");

    [Fact]
    public void An_add_on_of_an_unknown_block_is_an_error() => AssertProblem(
        "blocks:\nconditionals: [{uuid: c, type: conditional, language: csharp, upstream_blocks: [a]}]\n", 2, 80, "c",
        "The conditional 'c' is attached to 'a', but the pipeline has no block of that uuid. Correct or remove the name.", "conditionals/c.cs");

    [Fact]
    public void A_block_that_names_an_unknown_add_on_is_an_error() => AssertProblem(
        "blocks: [{uuid: a, type: custom, language: csharp, callback_blocks: [c]}]\n", 1, 70, "a",
        "Block 'a' names the callback 'c', but the pipeline's callbacks have none of that uuid. Add it there, or remove the name.", "custom/a.cs");

    [Fact]
    public void An_add_on_among_the_blocks_is_an_error() => AssertProblem(
        "blocks: [{uuid: c, type: callback, language: csharp}]\n", 1, 10, "c",
        "Block 'c' is a callback, which is attached to other blocks and is none of the graph. Move it from blocks to callbacks.", "callbacks/c.cs");

    [Fact]
    public void A_dynamic_block_within_another_that_gathers_is_an_error_at_its_place() => AssertProblem(
        "blocks:\n- {uuid: a, type: custom, language: csharp, configuration: {dynamic: true}}\n- {uuid: b, type: custom, language: csharp, upstream_blocks: [a], configuration: {dynamic: true, reduce_output: true}}\n",
        3, 10, "b",
        "Block 'b' is dynamic, is itself run for each item of 'a', and has reduce_output, which would take the place of its items. Set reduce_output on a block after it.", "custom/a.cs", "custom/b.cs");

    [Fact]
    public void A_dynamic_block_within_another_is_sound()
    {
        const string Text = "blocks:\n- {uuid: a, type: custom, language: csharp, configuration: {dynamic: true}}\n- {uuid: b, type: custom, language: csharp, upstream_blocks: [a], configuration: {dynamic: true}}\n";

        Assert.Empty(_platform.WithPipeline("x", Text, "custom/a.cs", "custom/b.cs").Read("x").Problems);
    }

    [Fact]
    public void Add_ons_are_attached_from_either_side()
    {
        const string Text = """
            blocks: [{uuid: a, type: custom, language: csharp, conditional_blocks: [c]}, {uuid: b, type: custom, language: csharp}]
            conditionals: [{uuid: c, type: conditional, language: csharp, upstream_blocks: [b]}]
            """;
        var pipeline = _platform.WithPipeline("x", Text, "custom/a.cs", "custom/b.cs", "conditionals/c.cs").Read("x");

        Assert.Empty(pipeline.Problems);
        Assert.Equal(["b", "a"], Assert.Single(pipeline.Conditionals).UpstreamBlocks);
        Assert.Equal(["a", "b"], pipeline.Graph!.Blocks.Select(block => block.Uuid));
    }

    [Fact]
    public void A_uuid_other_than_the_folder_is_a_warning()
    {
        var pipeline = _platform.WithPipeline("x", "uuid: y\n").Read("x");

        Assert.Equal("x", pipeline.Uuid);
        Assert.True(pipeline.IsValid);
        Assert.Equal("The file says uuid 'y', its folder is 'x'. The folder counts; make them equal.", Assert.Single(pipeline.Problems).Message);
    }

    [Fact]
    public void Triggers_that_cannot_be_read_are_a_warning()
    {
        _platform.Write("p/pipelines/x/triggers.yaml", "triggers: [\n");
        var pipeline = _platform.WithPipeline("x", "blocks:\n").Read("x");

        Assert.True(pipeline.IsValid);
        Assert.Equal("pipelines/x/triggers.yaml", Assert.Single(pipeline.Problems).File);
    }

    [Fact]
    public void A_file_over_one_mebibyte_is_refused()
    {
        var pipeline = _platform.WithPipeline("x", "name: x\n#" + new string('x', 1024 * 1024)).Read("x");

        Assert.Equal("The file has 1,048,585 bytes; at most 1,048,576 are read. Move data out of it.", Assert.Single(pipeline.Problems).Message);
    }

    [Fact]
    public void A_file_that_is_not_UTF_8_is_refused()
    {
        _platform.WithPipeline("x", "");
        System.IO.File.WriteAllBytes(_platform.Path("p/pipelines/x/metadata.yaml"), [.. "name: "u8, 0xE9, (byte)'\n']);

        Assert.Equal("The file is not UTF-8 (byte 6). Save it as UTF-8.", Assert.Single(_platform.Read("x").Problems).Message);
    }

    [Fact]
    public void Variables_keep_their_JSON_types()
    {
        var pipeline = _platform.WithPipeline("x", "variables: {n: 1, x: 71.2833, s: '1', t: true, y: yes, z: null, l: [1, a], m: {k: 2.50}}\n").Read("x");

        Assert.Equal(
            """{"n":1,"x":71.2833,"s":"1","t":true,"y":true,"z":null,"l":[1,"a"],"m":{"k":2.50}}""",
            JsonSerializer.Serialize(pipeline.Variables));
    }

    private void AssertProblem(string text, int line, int column, string? block, string message, params string[] files)
    {
        var pipeline = _platform.WithPipeline("x", text, files).Read("x");

        Assert.Equal([new PipelineProblem(message, true, File, line, column, block)], pipeline.Problems.Select(problem => problem with { Excerpt = null }));
        Assert.False(pipeline.IsValid);
        Assert.Null(pipeline.Graph);
    }
}
