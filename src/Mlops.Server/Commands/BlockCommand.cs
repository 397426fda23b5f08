using System.CommandLine;
using Mlops.Blocks;
using Mlops.Core;
using Mlops.Core.Pipelines;
using Mlops.Core.Projects;

namespace Mlops.Server.Commands;

/// <summary><c>block add</c>: adds a block to a pipeline, with a file that runs as it is.</summary>
internal static class BlockCommand
{
    public static Command Create(Func<ParseResult, string[]> configuration)
    {
        var project = new Argument<string>("project") { Description = "Uuid of the project" };
        var pipeline = new Argument<string>("pipeline") { Description = "Uuid of the pipeline" };
        var name = new Argument<string>("name") { Description = "Name of the block; its uuid is made of it" };
        var type = new Option<string>("--type") { Description = $"One of {Types}", Required = true };
        var language = new Option<string?>("--language") { Description = "csharp unless given" };
        var upstream = new Option<string[]>("--upstream") { Description = "Uuid of a block whose output it takes, or to which a condition or callback is attached; may be repeated", DefaultValueFactory = _ => [] };
        var set = new Option<string[]>("--set") { Description = "A value of its configuration, key=value; may be repeated", DefaultValueFactory = _ => [] };
        var add = new Command("add", "Add a block to a pipeline, and make its file where there is none. Exit code: 0 added, 2 not added.")
        {
            project, pipeline, name, type, language, upstream, set,
        };
        add.SetAction(parsed => AddAsync(configuration(parsed), parsed.GetRequiredValue(project), parsed.GetRequiredValue(pipeline), new NewBlock(
            parsed.GetRequiredValue(name), FindType(parsed.GetRequiredValue(type)), FindLanguage(parsed.GetValue(language), parsed.GetRequiredValue(type)))
        {
            UpstreamBlocks = parsed.GetRequiredValue(upstream),
            Configuration = Variables.Parse(parsed.GetRequiredValue(set), "--set"),
        }));
        return new Command("block", "Add blocks to pipelines.") { add };
    }

    private static string Types => string.Join(", ", BlockType.All.Select(type => type.Word));

    private static BlockType FindType(string word) =>
        BlockType.Find(word) ?? throw new InvalidRequestException("invalid_block", [$"'{word}' is no type of block. Write one of {Types}."]);

    private static BlockLanguage FindLanguage(string? word, string type) =>
        BlockLanguage.Find(word ?? (type == "markdown" ? type : "csharp"))
        ?? throw new InvalidRequestException("invalid_block", [$"'{word}' is no language. Write one of {string.Join(", ", BlockLanguage.All.Select(language => language.Word))}."]);

    private static async Task<int> AddAsync(string[] configuration, string project, string pipeline, NewBlock wish)
    {
        await using var host = await CommandHost.OpenAsync(configuration);
        var added = await host.Services.GetRequiredService<BlockCreator>().AddAsync(
            project, pipeline, wish with { Code = CodeOf(wish, host.Services.GetRequiredService<BlockRunners>()) }, CancellationToken.None);
        var root = host.Services.GetRequiredService<ProjectCatalog>().GetProject(project).DirectoryPath;
        if (added.Block.FilePath is { } path)
        {
            Console.Out.WriteLine($"{(added.IsFileNew ? "Made" : "Took")} {Path.GetRelativePath(root, path)}");
        }

        Console.Out.WriteLine($"Added {added.Block.Uuid} to {project}/{pipeline}, which has {(added.Pipeline.AllBlocks.Count() is var count and > 1 ? $"{count} blocks" : "1 block")}");
        return ExitCodes.Completed;
    }

    /// <exception cref="InvalidRequestException">There is nothing for such a block.</exception>
    private static string? CodeOf(NewBlock wish, BlockRunners runners) =>
        wish.Type.Word is "pipeline" or "global_data_product" ? null
        : runners.NewCode(wish.Type, wish.Language, wish.Uuid, wish.UpstreamBlocks) ?? throw new InvalidRequestException(
            "invalid_block", [runners.WhyNot(wish.Type, wish.Language) ?? $"{wish.Type.Label} blocks cannot be added in {wish.Language.Label} by this command; add it in an editor."]);
}
