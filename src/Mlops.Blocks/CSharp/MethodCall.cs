using System.Reflection;

namespace Mlops.Blocks.CSharp;

/// <summary>Calls a method and waits for what it returns.</summary>
internal static class MethodCall
{
    /// <summary>The value and its declared type, without the task around them; null and <c>void</c> where there is none. Exceptions come as they were thrown.</summary>
    public static async Task<(object? Value, Type DeclaredType)> InvokeAsync(MethodInfo method, object?[] arguments)
    {
        var result = method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        var declared = method.ReturnType;
        if (result is ValueTask plain)
        {
            await plain;
            return (null, typeof(void));
        }

        if (result is not null && declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            declared = typeof(Task<>).MakeGenericType(declared.GetGenericArguments());
            result = method.ReturnType.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(result, null);
        }

        if (result is not Task task)
        {
            return (result, declared);
        }

        await task;
        return declared.IsGenericType
            ? (declared.GetProperty(nameof(Task<>.Result))!.GetValue(task), declared.GetGenericArguments()[0])
            : (null, typeof(void));
    }
}
