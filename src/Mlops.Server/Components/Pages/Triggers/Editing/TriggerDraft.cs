using Mlops.Core.Triggers;

namespace Mlops.Server.Components.Pages.Triggers.Editing;

/// <summary>
/// A trigger while somebody changes it: what the file said when the form was read, and the form. What the file says by now is only taken where it is asked
/// for, so that nobody overwrites what he has not seen.
/// </summary>
public sealed class TriggerDraft
{
    private readonly TriggerKinds _kinds;
    private TriggerForm? _read;

    private TriggerDraft(TriggerForm form, TriggerKinds kinds) => (Form, _kinds) = (form, kinds);

    /// <summary>What stands in the fields.</summary>
    public TriggerForm Form { get; private set; }

    /// <summary>The trigger as it was read; null for a new one.</summary>
    public Trigger? Read { get; private set; }

    /// <summary>The token of now; null where there is none.</summary>
    public string? Token { get; private set; }

    /// <summary>What is wrong with the part of its type, in words; null where nothing is.</summary>
    public string? TypeProblem { get; set; }

    /// <summary>What was changed here and in the file, after <see cref="Load"/>.</summary>
    public IReadOnlyList<TriggerDifference> Differences { get; private set; } = [];

    /// <summary>A new trigger.</summary>
    internal static TriggerDraft New(string pipelineUuid, TriggerKinds kinds) => new(new TriggerForm { PipelineUuid = pipelineUuid }, kinds);

    /// <summary>A trigger that is there.</summary>
    internal static TriggerDraft Of(Trigger trigger, TriggerKinds kinds)
    {
        var kind = kinds.Find(trigger.ScheduleType);
        return new TriggerDraft(TriggerForm.Of(trigger, kind), kinds) { _read = TriggerForm.Of(trigger, kind), Read = trigger, Token = trigger.Token };
    }

    /// <summary>
    /// Takes the token of a trigger that got another one. A token that stands in the file makes another version of it: that one is taken too where the file
    /// says the same otherwise.
    /// </summary>
    public void TakeToken(Trigger rotated)
    {
        Token = rotated.Token;
        if (_read is not null && rotated.Version != Read?.Version && IsSame(FormOf(rotated), _read))
        {
            Read = rotated;
        }
    }

    /// <summary>
    /// Takes what the file says by now, and puts over it what was changed here. <see cref="Differences"/> are then the fields that both have changed, of
    /// which this form's values stand.
    /// </summary>
    public void Load(Trigger now)
    {
        var theirs = FormOf(now);
        var joined = FormOf(now);
        var differences = new List<TriggerDifference>();
        foreach (var field in TriggerField.Of(Form, theirs, _read ?? theirs).Where(field => field.Differs(Form, _read ?? theirs) && field.Differs(Form, theirs)))
        {
            field.Write(joined, field.Read(Form));
            if (field.Differs(theirs, _read ?? theirs))
            {
                differences.Add(new TriggerDifference(field.Label, field.Read(Form), field.Read(theirs)));
            }
        }

        foreach (var (name, problem) in Form.WrongVariables)
        {
            joined.WrongVariables[name] = problem;
        }

        (Form, _read, Read, Token, Differences) = (joined, theirs, now, now.Token, differences);
    }

    /// <summary>What is to be written.</summary>
    public TriggerChange ToChange() => TriggerFormChange.Of(Form, _read, _kinds.Find(Form.Type));

    private TriggerForm FormOf(Trigger trigger) => TriggerForm.Of(trigger, _kinds.Find(trigger.ScheduleType));

    private static bool IsSame(TriggerForm form, TriggerForm other) => !TriggerField.Of(form, other).Any(field => field.Differs(form, other));
}

/// <summary>A field that was changed in the form and in the file.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Mine">What stands in the form; null for nothing.</param>
/// <param name="Theirs">What the file says; null for nothing.</param>
public sealed record TriggerDifference(string Label, string? Mine, string? Theirs);
