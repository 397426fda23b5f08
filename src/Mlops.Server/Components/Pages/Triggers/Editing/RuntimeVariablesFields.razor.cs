using Microsoft.AspNetCore.Components;
using Mlops.Core;
using Mlops.Core.Runs.Inputs;
using Mlops.Server.Components.Pages.Pipelines;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>Fields are made of what files say at once, and again when it is known what the blocks take. Only a field that somebody touches changes the form.</summary>
public sealed partial class RuntimeVariablesFields(PipelineInputService inputs) : IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private TriggerForm? _shown;
    private string? _pipeline;
    private RunForm _fields = RunForm.Create([]);
    private IReadOnlyList<UnreadableBlock> _unreadable = [];
    private bool _isReading;
    private bool _isOpen;

    [Parameter, EditorRequired]
    public required string ProjectUuid { get; set; }

    [Parameter, EditorRequired]
    public required TriggerForm Form { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnChanged { get; set; }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(Form, _shown) && Form.PipelineUuid == _pipeline)
        {
            return;
        }

        if (ReferenceEquals(Form, _shown))
        {
            // Those of another pipeline are nothing to this one.
            Form.Variables.Clear();
            Form.WrongVariables.Clear();
            _fields = RunForm.Create([]);
        }

        _isOpen |= Form.Variables.Count > 0;
        (_shown, _pipeline, _unreadable) = (Form, Form.PipelineUuid, []);
        if (Form.PipelineUuid.Length > 0)
        {
            await ReadAsync(Form.PipelineUuid);
        }
    }

    private async Task ReadAsync(string pipeline)
    {
        _isReading = true;
        try
        {
            Show(inputs.ListOfFiles(ProjectUuid, pipeline).Inputs);
            var all = await inputs.ListAsync(ProjectUuid, pipeline, _closed.Token);
            if (pipeline == _pipeline)
            {
                Show(all.Inputs);
                _unreadable = all.Unreadable;
            }
        }
        catch (NotFoundException missing)
        {
            _unreadable = [new UnreadableBlock(pipeline, missing.Message)];
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            // The form was closed meanwhile.
        }
        finally
        {
            _isReading = false;
        }
    }

    /// <summary>Makes the fields; what was typed and is no value yet stays.</summary>
    private void Show(IReadOnlyList<PipelineInput> known)
    {
        var wrong = _fields.Fields.Where(field => field.Error is not null).ToList();
        _fields = RunForm.Create(known, Form.Variables);
        foreach (var typed in wrong)
        {
            if (_fields.Fields.FirstOrDefault(field => InputList.IsSame(field.Parameter.Name, typed.Parameter.Name)) is { } field)
            {
                field.Text = typed.Text;
                Take(field);
            }
        }
    }

    private Task TakeAsync(RunField field)
    {
        Take(field);
        return OnChanged.InvokeAsync();
    }

    private void Take(RunField field)
    {
        var key = KeyOf(field);
        Form.WrongVariables.Remove(key);
        if (!field.IsChanged)
        {
            Form.Variables.Remove(key);
        }
        else if (!field.Check())
        {
            Form.WrongVariables[key] = field.Error!;
        }
        else if (field.Value() is { } value)
        {
            Form.Variables[key] = value;
        }
        else
        {
            Form.Variables.Remove(key);
        }
    }

    /// <summary>As the trigger writes it where it does.</summary>
    private string KeyOf(RunField field) => Form.Variables.Keys.FirstOrDefault(name => InputList.IsSame(name, field.Parameter.Name)) ?? field.Parameter.Name;
}
