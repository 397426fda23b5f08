using System.Globalization;
using System.Text.Json;
using Mlops.Core.Projects;
using Mlops.Core.Yaml;

namespace Mlops.Core.Triggers;

/// <summary>Changes triggers in their <c>triggers.yaml</c>: atomically, on what the file holds at that moment, leaving all else of it as it stands.</summary>
internal sealed class TriggerEditor(ProjectCatalog catalog, ProjectFileEditor editor, TriggerFile file, TimeProvider timeProvider)
{
    private const string Key = "triggers";

    /// <summary>Adds a trigger at the end.</summary>
    /// <exception cref="InvalidRequestException"><c>invalid_trigger</c>, or <c>conflict</c>: there is one of that name.</exception>
    public Task AddAsync(TriggerName name, TriggerChange change, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name.Name) || name.Name.Any(char.IsControl))
        {
            throw new InvalidRequestException("invalid_trigger", [$"'name' is '{name.Name}'; a text that names the trigger among those of its pipeline is wanted."]);
        }

        return EditAsync(
            name,
            (path, text) =>
            {
                if (Find(text, name) is not null)
                {
                    throw new InvalidRequestException("conflict", [$"The pipeline '{name.PipelineUuid}' has a trigger '{name.Name}' already. Choose another name, or change that one."]);
                }

                return YamlListEditor.Append(text, Key, ToItem(name, change)) ?? throw ProjectFileEditor.CannotEdit(path, "A trigger cannot be added as it is written. Add it in an editor.");
            },
            isValidated: true,
            cancellationToken);
    }

    /// <summary>Changes values of a trigger.</summary>
    /// <param name="name">The trigger.</param>
    /// <param name="change">What to change.</param>
    /// <param name="version">The version that whoever changes it has seen; null where he doesn't care.</param>
    /// <param name="cancellationToken">Gives up before the file is replaced.</param>
    /// <exception cref="InvalidRequestException"><c>invalid_trigger</c>, or <c>conflict</c>: it is another version now.</exception>
    public Task ChangeAsync(TriggerName name, TriggerChange change, string? version, CancellationToken cancellationToken) => EditAsync(
        name,
        (path, text) => ProjectFileEditor.Set(path, text, [.. change.ToValues(Now).Select(value => (Path(text, Require(text, name, version), value.Keys), value.Value))]),
        isValidated: true,
        cancellationToken);

    /// <summary>Switches a trigger on or off, valid or not.</summary>
    public Task SwitchAsync(TriggerName name, bool active, CancellationToken cancellationToken) => EditAsync(
        name,
        (path, text) => ProjectFileEditor.Set(path, text, [.. TriggerChange.Status(active, Now).Select(value => (Path(text, Require(text, name, null), value.Keys), value.Value))]),
        isValidated: false,
        cancellationToken);

    /// <summary>Writes another token where the file has one.</summary>
    /// <returns>False where it has none: then it is the database's.</returns>
    public async Task<bool> RotateAsync(TriggerName name, string token, CancellationToken cancellationToken)
    {
        var isInFile = false;
        await EditAsync(
            name,
            (path, text) =>
            {
                isInFile = Require(text, name, null).Token is not null;
                return isInFile ? ProjectFileEditor.Set(path, text, [(Path(text, Require(text, name, null), ["token"]), JsonSerializer.SerializeToElement(token))]) : text;
            },
            isValidated: false,
            cancellationToken);
        return isInFile;
    }

    /// <summary>Removes a trigger from the file.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task RemoveAsync(TriggerName name, string? version, CancellationToken cancellationToken) => EditAsync(
        name,
        (path, text) => YamlListEditor.Remove(text, Key, TriggerFile.FindPosition(YamlReader.Read(text), Require(text, name, version).Name))
            ?? throw ProjectFileEditor.CannotEdit(path, $"'{name.Name}' cannot be removed as it is written. Remove it in an editor."),
        isValidated: false,
        cancellationToken);

    private DateTimeOffset Now => timeProvider.GetUtcNow();

    private Task EditAsync(TriggerName name, Func<string, string, string> edit, bool isValidated, CancellationToken cancellationToken)
    {
        var project = catalog.GetProject(name.ProjectUuid);
        _ = catalog.GetPipeline(name.ProjectUuid, name.PipelineUuid);
        var path = TriggerFile.FindPath(project, name.PipelineUuid) ?? throw NoSuchTrigger(name);
        return editor.EditAsync(
            path,
            text =>
            {
                var edited = edit(path, text);

                // What was wrong before is not what is written now: it keeps nobody from changing the rest.
                return isValidated && Find(edited, name) is { Problem: { } problem } && Find(text, name)?.Problem != problem
                    ? throw new InvalidRequestException("invalid_trigger", [problem])
                    : edited;
            },
            cancellationToken);
    }

    private TriggerDefinition? Find(string text, TriggerName name) => file.Read(text, name.PipelineUuid).FirstOrDefault(definition => definition.Name == name.Name);

    private TriggerDefinition Require(string text, TriggerName name, string? version)
    {
        var definition = Find(text, name) ?? throw NoSuchTrigger(name);
        var found = TriggerDefinition.VersionOf(definition.ContentHash());
        return version is null || version == found
            ? definition
            : throw new InvalidRequestException(
                "conflict",
                [
                    $"The trigger '{name.Name}' was changed in {TriggerFile.FileName} since it was read: it is version '{found}' now, and the change is for '{version}'. "
                        + "Nothing was written. Read it again, and change what is left to change.",
                ]);
    }

    /// <summary>A path in the file of a path in the trigger.</summary>
    private static string[] Path(string text, TriggerDefinition definition, string[] keys)
    {
        var position = TriggerFile.FindPosition(YamlReader.Read(text), definition.Name);
        return position < 0
            ? throw new InvalidRequestException("invalid_trigger", [$"The trigger '{definition.Name}' has a name that is not unique in its file. Rename it in an editor."])
            : [Key, position.ToString(CultureInfo.InvariantCulture), .. keys];
    }

    private List<(string Key, JsonElement Value)> ToItem(TriggerName name, TriggerChange change)
    {
        var item = new List<(string Key, JsonElement Value)> { ("name", JsonSerializer.SerializeToElement(name.Name)) };
        var whole = change with { ScheduleType = change.ScheduleType ?? "time", IsActive = change.IsActive ?? false };
        foreach (var (keys, value) in whole.ToValues(Now).Where(value => value.Value.ValueKind != JsonValueKind.Null && value.Keys.Length == 1))
        {
            item.Add((keys[0], value));
        }

        if (change.Settings is { Count: > 0 } settings)
        {
            item.Add(("settings", JsonSerializer.SerializeToElement(settings)));
        }

        return item;
    }

    private static NotFoundException NoSuchTrigger(TriggerName name) =>
        new("trigger", name.Name, $"The pipeline '{name.PipelineUuid}' has no trigger '{name.Name}' in its {TriggerFile.FileName}.");
}

/// <summary>A trigger by name.</summary>
internal readonly record struct TriggerName(string ProjectUuid, string PipelineUuid, string Name)
{
    public static TriggerName Of(TriggerRow row) => new(row.ProjectUuid, row.PipelineUuid, row.Name);
}
