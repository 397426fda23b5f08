using CsCheck;
using Mlops.Core.Projects;
using Mlops.Core.Tests.Pipelines;
using Mlops.Core.Tests.Projects;
using Mlops.Core.Triggers;
using Mlops.Core.Triggers.Events;
using Mlops.Core.Triggers.Types;

namespace Mlops.Core.Tests.Yaml;

/// <summary>However a file of a project is broken, the rest of the platform is read, and what is wrong is told in words.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private const string Triggers =
        """
        triggers:
        - name: Retrain hourly
          schedule_type: time
          schedule_interval: '@hourly'
          start_time: 2024-05-16 07:00:00+00:00
          status: active
          variables: {seed: 7}
          settings: {time_zone: Europe/London}
          envs: []
        """;

    private const string Settings = "name: mlops\nprojects:\n  p: {path: p, uuid: p, active: true}\n  q: {}\n";

    /// <summary>Values of another shape than the one expected, and text that is not YAML.</summary>
    private static readonly string[] Pieces =
        ["", "[", "]", "{", "}", "~", "[1, {a: ~}]", "{a: [b]}", "\"", "'", "|", "> ", "*a", "&a ", "<<: ", "? ", "- ", ": ", "!!int x", "0x", "\\", "\t", "\n", "\n  ", "---\n", "{{ x }}", "1e999", "\"\\uD83D\""];

    private readonly TestPlatform _platform = new();

    public void Dispose() => _platform.Dispose();

    [Fact]
    public void A_damaged_file_is_read_or_has_a_problem_and_harms_nothing_else()
    {
        _platform.WithPipeline("sound", "name: sound\nuuid: sound\ntype: python\nblocks: []\n");
        var damage = Gen.Select(Gen.Double[0, 1], Gen.Int[0, 30], Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]), Gen.Int[0, 3]);
        damage.Sample(
            (where, cut, piece, which) =>
            {
                string[] texts = [MagePipeline.Text, Triggers, Settings, "project_type: standalone\n"];
                texts[which] = Damage(texts[which], where, cut, piece);
                _platform.Write("p/pipelines/x/metadata.yaml", texts[0]);
                _platform.Write("p/pipelines/x/triggers.yaml", texts[1]);
                _platform.Write("settings.yaml", texts[2]);
                _platform.Write("p/metadata.yaml", texts[3]);
                var snapshot = new CatalogReader(_platform.ProjectsPath).Read(null, new FileCheck(DateTimeOffset.UnixEpoch, null));
                if (snapshot.Find("p") is { } project)
                {
                    Assert.Empty(Assert.Single(project.Pipelines, pipeline => pipeline.Uuid == "sound").Problems);
                    Assert.All(project.Pipelines.SelectMany(pipeline => pipeline.Problems), problem => Assert.NotEmpty(problem.Message));
                    ReadTriggers(project.Project);
                }
            },
            iter: 500,
            threads: 1);
    }

    private static string Damage(string text, double where, int cut, string piece)
    {
        var at = (int)(where * text.Length);
        return text[..at] + piece + text[Math.Min(at + cut, text.Length)..];
    }

    private static TriggerFile Reader { get; } = new(
        new TriggerTypes([new ScheduleTrigger(), new ApiTrigger(), new EventTrigger(new EventSources([new WebhookEventSource()]))]), new MlopsCoreOptions { ProjectsPath = "", DataPath = "" });

    private static void ReadTriggers(Project project)
    {
        try
        {
            Assert.All(Reader.Read(project, "x"), trigger => Assert.NotEmpty(trigger.Name));
        }
        catch (UnreadableFileException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    }
}
