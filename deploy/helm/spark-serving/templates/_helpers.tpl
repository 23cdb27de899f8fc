{{- define "spark-serving.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "spark-serving.selector" -}}
app.kubernetes.io/name: spark-serving
app.kubernetes.io/instance: {{ include "spark-serving.name" . }}
{{- end -}}

{{- define "spark-serving.labels" -}}
{{ include "spark-serving.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "spark-serving.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}

{{- define "spark-serving.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "spark-serving.name" .) }}
{{- end -}}

{{- define "spark-serving.ports" -}}
- name: http
  containerPort: {{ .Values.port }}
{{- if .Values.managementPort }}
- name: management
  containerPort: {{ .Values.managementPort }}
{{- end }}
{{- end -}}

{{/* Where an executor's server, or the driver's, says how it is. */}}
{{- define "spark-serving.probePort" -}}
{{ ternary "management" "http" (gt (int .Values.managementPort) 0) }}
{{- end -}}

{{/* Called with a port. */}}
{{- define "spark-serving.readiness" -}}
readinessProbe:
  httpGet:
    path: /readyz
    port: {{ . }}
  periodSeconds: 2
  timeoutSeconds: 5
{{- end -}}

{{/* The driver's ports and probes: of its server, or of its gateway in front of those of executors. */}}
{{- define "spark-serving.driverEndpoints" -}}
{{- if eq .Values.service.servers "driver" }}
ports:
  {{- include "spark-serving.ports" . | nindent 2 }}
{{ include "spark-serving.driverProbes" (include "spark-serving.probePort" .) }}
{{- else if .Values.gatewayPort }}
ports:
  - name: gateway
    containerPort: {{ .Values.gatewayPort }}
{{ include "spark-serving.driverProbes" "gateway" }}
{{- end }}
{{- end -}}

{{/* Called with a port. Spark and its first query take their time to begin. */}}
{{- define "spark-serving.driverProbes" -}}
{{ include "spark-serving.readiness" . }}
startupProbe:
  httpGet:
    path: /livez
    port: {{ . }}
  periodSeconds: 5
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /livez
    port: {{ . }}
  timeoutSeconds: 5
{{- end -}}

{{- define "spark-serving.preStop" -}}
{{- if .Values.preStopSeconds -}}
lifecycle:
  preStop:
    exec:
      command: [sleep, {{ .Values.preStopSeconds | quote }}]
{{- end }}
{{- end -}}

{{- define "spark-serving.securityContext" -}}
securityContext:
  allowPrivilegeEscalation: false
  capabilities:
    drop: [ALL]
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "spark-serving.secretVolumes" -}}
{{- with .Values.authSecret }}
- name: auth
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .Values.tlsSecret }}
- name: tls
  secret:
    secretName: {{ . }}
{{- end }}
{{- end -}}

{{- define "spark-serving.secretMounts" -}}
{{- if .Values.authSecret }}
- name: auth
  mountPath: /etc/spark-serving/auth
  readOnly: true
{{- end }}
{{- if .Values.tlsSecret }}
- name: tls
  mountPath: /etc/spark-serving/tls
  readOnly: true
{{- end }}
{{- end -}}

{{/* Of the driver: the script, too. */}}
{{- define "spark-serving.driverVolumes" -}}
{{- $script := include "spark-serving.scriptVolume" . | trim }}
{{- $secrets := include "spark-serving.secretVolumes" . | trim }}
{{- list $script $secrets | compact | join "\n" }}
{{- end -}}

{{- define "spark-serving.driverMounts" -}}
{{- $script := include "spark-serving.scriptMount" . | trim }}
{{- $secrets := include "spark-serving.secretMounts" . | trim }}
{{- list $script $secrets | compact | join "\n" }}
{{- end -}}

{{- define "spark-serving.scriptVolume" -}}
{{- if .Values.application.script }}
- name: script
  configMap:
    name: {{ include "spark-serving.name" . }}-script
{{- end }}
{{- end -}}

{{- define "spark-serving.scriptMount" -}}
{{- if .Values.application.script }}
- name: script
  mountPath: /opt/app
  readOnly: true
{{- end }}
{{- end -}}

{{/* The pod of an executor, as Spark takes it for a template. */}}
{{- define "spark-serving.executorPod" -}}
metadata:
  labels:
    {{- include "spark-serving.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  containers:
    - name: spark-kubernetes-executor
      {{- include "spark-serving.securityContext" . | nindent 6 }}
      {{- if eq .Values.service.servers "executor" }}
      ports:
        {{- include "spark-serving.ports" . | nindent 8 }}
      {{- include "spark-serving.readiness" (include "spark-serving.probePort" .) | nindent 6 }}
      {{- end }}
      {{- with include "spark-serving.secretMounts" . | trim }}
      volumeMounts:
        {{- . | nindent 8 }}
      {{- end }}
  {{- with include "spark-serving.secretVolumes" . | trim }}
  volumes:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
