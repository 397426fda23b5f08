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
            _fields = RunForm.Create(inputs.ListOfFiles(ProjectUuid, pipeline).Inputs, Form.Variables);
            var all = await inputs.ListAsync(ProjectUuid, pipeline, _closed.Token);
            if (pipeline == _pipeline)
            {
                var typed = _fields.Fields.Where(field => field.Error is not null).ToList();
                (_fields, _unreadable) = (RunForm.Create(all.Inputs, Form.Variables), all.Unreadable);
                foreach (var wrong in typed)
                {
                    // Somebody was quicker than the reading, and what he typed is no value yet.
                    var field = _fields.Fields.First(same => InputList.IsSame(same.Parameter.Name, wrong.Parameter.Name));
                    field.Text = wrong.Text;
                    Take(field);
                }
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
