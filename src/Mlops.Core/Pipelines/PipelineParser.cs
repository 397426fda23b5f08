using Mlops.Core.Projects;
using Mlops.Core.Yaml;

namespace Mlops.Core.Pipelines;

/// <summary>Makes a pipeline of the nodes of its file and collects what is wrong on the way.</summary>
/// <param name="project">Its project.</param>
/// <param name="platformPath">Absolute path of the folder of all projects.</param>
/// <param name="file">Path of the file relative to the project, for problems.</param>
/// <param name="stamps">Takes every block file that was looked for.</param>
internal sealed class PipelineParser(Project project, string platformPath, string file, FileStamps stamps)
{
    /// <summary>Blocks of one pipeline; bounds what checking and drawing it costs.</summary>
    private const int MaxBlocks = 2_000;

    private readonly List<PipelineProblem> _problems = [];
    private readonly List<(Block Block, YamlMap Node)> _blocks = [];
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    private RunSettingsReader Settings => new(Error);

    /// <summary>The pipeline that the file describes.</summary>
    /// <param name="root">The file.</param>
    /// <param name="empty">The pipeline with what is known without the file.</param>
    public Pipeline Parse(YamlNode root, Pipeline empty)
    {
        if (root is not YamlMap map)
        {
            Error(root, $"The file must be a mapping with name, uuid, type and blocks; found {root.Kind}.");
            return empty with { Problems = _problems };
        }

        var type = ReadType(map);
        CheckUuid(map, empty.Uuid);
        ReadBlocks(map);
        var addOns = new AddOnReader(_blocks, ReadBlock, (node, message, block) => _problems.Add(At(node, message, isError: true) with { BlockUuid = block }));
        addOns.CheckPlaces();
        var (conditionals, callbacks) = (addOns.Read(map, "conditionals", "conditional"), addOns.Read(map, "callbacks", "callback"));
        var graph = BuildGraph();
        var (retry, limits, timeout) = (Settings.ReadRetry(map), Settings.ReadLimits(map), Settings.ReadTimeout(map));
        return empty with
        {
            Name = map.FindText("name") ?? empty.Uuid,
            Description = map.FindText("description"),
            Type = type,
            Tags = ReadTexts(map, "tags"),
            Blocks = [.. _blocks.Select(pair => pair.Block)],
            Conditionals = conditionals,
            Callbacks = callbacks,
            Variables = VariableSection.Read(map, Error),
            Retry = retry,
            Limits = limits,
            Timeout = timeout,
            Problems = _problems,
            Graph = _problems.Any(problem => problem.IsError) ? null : graph,
        };
    }

    private string ReadType(YamlMap map)
    {
        var type = map.FindText("type") ?? "python";
        if (!PipelineFile.IsPipelineType(type))
        {
            Error(map.Find("type")!, $"'{type}' is no pipeline type. Write one of {PipelineFile.DescribePipelineTypes()}.");
        }
        else if (type != "python")
        {
            Error(map.Find("type")!, $"Pipelines of type '{type}' are listed but cannot be run yet. Those of type 'python' (standard, batch) can.");
        }

        return type;
    }

    private void CheckUuid(YamlMap map, string folder)
    {
        if (map.FindText("uuid") is { } uuid && uuid != folder)
        {
            Warning(map.Find("uuid")!, $"The file says uuid '{uuid}', its folder is '{folder}'. The folder counts; make them equal.");
        }
    }

    private void ReadBlocks(YamlMap map)
    {
        switch (map.Find("blocks"))
        {
            case null or YamlScalar { IsNull: true }:
                break;
            case YamlList { Items.Count: > MaxBlocks } list:
                Error(list, $"The pipeline has {list.Items.Count:N0} blocks; at most {MaxBlocks:N0} are read. Split it into several pipelines.");
                break;
            case YamlList list:
                _blocks.AddRange(list.Items.Select(ReadBlock).OfType<(Block, YamlMap)>());
                break;
            case { } other:
                Error(other, $"blocks must be a list of blocks, found {other.Kind}.");
                break;
        }
    }

    private (Block Block, YamlMap Node)? ReadBlock(YamlNode node)
    {
        if (node is not YamlMap map || map.FindText("uuid") is not { } uuid)
        {
            Error(node, $"A block must be a mapping with a uuid, found {(node is YamlMap ? "one without" : node.Kind)}.");
            return null;
        }

        var type = ReadWord(map, uuid, "type", null, BlockType.Find, BlockType.All.Select(known => known.Word));
        var language = ReadWord(map, uuid, "language", "python", BlockLanguage.Find, BlockLanguage.All.Select(known => known.Word));
        if (type is null || language is null)
        {
            _refused.Add(uuid);
            return null;
        }

        var block = new Block
        {
            Uuid = uuid,
            Name = map.FindText("name") ?? uuid,
            Type = type,
            Language = language,
            UpstreamBlocks = ReadTexts(map, "upstream_blocks"),
            Color = map.FindText("color"),
            Retry = Settings.ReadRetry(map),
            Timeout = Settings.ReadTimeout(map),
            Interval = type.Word == "sensor" ? Settings.ReadInterval(map) : null,
            TriggerRule = ReadTriggerRule(map, uuid),
            Approval = ApprovalSettings.Read(map, uuid, type, Report),
            Product = ProductUse.Read(map, uuid, type, Report),
            Call = PipelineCall.Read(map, uuid, type, Report),
            Configuration = YamlJson.ToDictionary(map.Find("configuration")),
        };
        var search = new BlockFileSearch(project, platformPath, stamps).Find(block, map.FindText("replicated_block") ?? uuid);
        if (search.Problem is { } problem)
        {
            _problems.Add(At(map.Find("uuid")!, problem, block.Type.Runs) with { BlockUuid = uuid });
        }

        return (block with { FilePath = search.Path }, map);

        void Report(YamlNode place, string message) => _problems.Add(At(place, message, isError: true) with { BlockUuid = uuid });
    }

    private TriggerRule ReadTriggerRule(YamlMap map, string uuid)
    {
        if (map.Find("trigger_rule") is not { } node || node is YamlScalar { IsNull: true })
        {
            return TriggerRule.AllSuccess;
        }

        if (map.FindText("trigger_rule") is { } word && TriggerRuleWords.Find(word) is { } rule)
        {
            return rule;
        }

        var message = $"Block '{uuid}' has the trigger_rule '{map.FindText("trigger_rule") ?? node.Kind}', which is not known. Write one of {string.Join(", ", TriggerRuleWords.All)}.";
        _problems.Add(At(node, message, isError: true) with { BlockUuid = uuid });
        return TriggerRule.AllSuccess;
    }

    private T? ReadWord<T>(YamlMap map, string uuid, string key, string? fallback, Func<string, T?> find, IEnumerable<string> words)
        where T : class
    {
        var word = map.FindText(key) ?? fallback;
        if (word is not null && find(word) is { } found)
        {
            return found;
        }

        var what = word is null ? $"Block '{uuid}' has no {key}." : $"Block '{uuid}' has the {key} '{word}', which is not known.";
        _problems.Add(At(map.Find(key) ?? map, $"{what} Write one of {string.Join(", ", words)}.", isError: true) with { BlockUuid = uuid });
        return null;
    }

    private IReadOnlyList<string> ReadTexts(YamlMap map, string key)
    {
        switch (map.Find(key))
        {
            case null or YamlScalar { IsNull: true }:
                return [];
            case YamlList list when list.Items.All(item => item is YamlScalar { IsNull: false }):
                return [.. list.Items.Select(item => ((YamlScalar)item).Text)];
            case { } other:
                Error(other, $"{key} must be a list of texts, found {(other is YamlList ? "a list with other values" : other.Kind)}.");
                return [];
        }
    }

    private BlockGraph? BuildGraph()
    {
        // What names a refused block is not wrong itself: it is not reported a second time.
        var blocks = _refused.Count == 0
            ? [.. _blocks.Select(pair => pair.Block)]
            : _blocks.Select(pair => pair.Block with { UpstreamBlocks = [.. pair.Block.UpstreamBlocks.Where(uuid => !_refused.Contains(uuid))] }).ToArray();
        var graph = BlockGraph.Create(blocks, out IReadOnlyList<BlockProblem> found);
        foreach (var problem in graph is null ? found : FanOut.Problems(graph))
        {
            var index = Array.FindIndex(blocks, block => ReferenceEquals(block, problem.Block));
            var map = _blocks[index < 0 ? Array.FindIndex(blocks, block => block.Uuid == problem.Block.Uuid) : index].Node;
            var place = (map.Find("upstream_blocks") as YamlList)?.Items.FirstOrDefault(item => item is YamlScalar scalar && scalar.Text == problem.Upstream);
            _problems.Add(At(place ?? map.Find("uuid")!, problem.Message, isError: true) with { BlockUuid = problem.Block.Uuid });
        }

        return graph;
    }

    private void Error(YamlNode node, string message) => _problems.Add(At(node, message, isError: true));

    private void Warning(YamlNode node, string message) => _problems.Add(At(node, message, isError: false));

    private PipelineProblem At(YamlNode node, string message, bool isError) => new(message, isError, file, node.Line, node.Column);
}
